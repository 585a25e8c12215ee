import { Button, Group, Paper, Tabs, Text, Title } from '@mantine/core';
import type { CaseDetail, Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { useCaseAction } from '#console/queries';
import { allowedTo, splittable } from './allowed.ts';
import { NoteForm } from './note-form.tsx';
import { OtherForm } from './other-form.tsx';
import { Outcome } from './outcome.tsx';
import { ReplyForm } from './reply-form.tsx';
import { ResolveForm } from './resolve-form.tsx';

/** What this person may do with the case now. */
export function Actions({ one, me }: { one: CaseDetail; me: Me }) {
  const texts = useTexts();
  const may = allowedTo(me, one);
  const other = may.other.length > 0 && splittable(one).length > 0 ? [...may.other, 'split' as const] : may.other;
  const first = may.reply ? 'reply' : 'note';
  return (
    <Paper withBorder p="sm" mt="md" component="section" aria-labelledby="act">
      <Title order={2} size="h5" id="act" mb="xs">{texts.act.label}</Title>
      {may.claim && <Claim one={one} />}
      {one.assignedTo && one.assignedTo.id !== me.id && (
        <Text mb="xs">{texts.case.heldBy} <bdi>{one.assignedTo.name}</bdi>.</Text>
      )}
      <Tabs key={first} defaultValue={first} keepMounted={false}>
        <Tabs.List>
          {may.reply && <Tabs.Tab value="reply">{texts.act.reply}</Tabs.Tab>}
          {may.resolve && <Tabs.Tab value="resolve">{texts.act.resolve}</Tabs.Tab>}
          <Tabs.Tab value="note">{texts.act.note}</Tabs.Tab>
          {other.length > 0 && <Tabs.Tab value="other">{texts.act.other}</Tabs.Tab>}
        </Tabs.List>
        {may.reply && <Tabs.Panel value="reply" pt="sm"><ReplyForm one={one} /></Tabs.Panel>}
        {may.resolve && <Tabs.Panel value="resolve" pt="sm"><ResolveForm one={one} /></Tabs.Panel>}
        <Tabs.Panel value="note" pt="sm"><NoteForm one={one} /></Tabs.Panel>
        {other.length > 0 && <Tabs.Panel value="other" pt="sm"><OtherForm one={one} actions={other} /></Tabs.Panel>}
      </Tabs>
    </Paper>
  );
}

function Claim({ one: { id, version } }: { one: CaseDetail }) {
  const texts = useTexts();
  const claim = useCaseAction(id);
  return (
    <Group mb="sm">
      <Button loading={claim.isPending} onClick={() => claim.mutate({ verb: 'claim', version })}>{texts.act.claim}</Button>
      <Text size="sm">{texts.case.takeFirst}</Text>
      <Outcome of={claim} />
    </Group>
  );
}
