import { Alert, Button, Checkbox, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail, Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { useAccessAction, useColleagues } from './access-queries.ts';
import { Outcome } from './outcome.tsx';
import { Why } from './why.tsx';

/** Shows the case to those who are chosen alone; sealed already, to others than before. */
export function SealForm({ one, me, done }: { one: CaseDetail; me: Me; done: () => void }) {
  const texts = useTexts();
  const { access: { seal: words } } = texts;
  const { data, error } = useColleagues();
  const colleagues = (data ?? []).filter(({ id }) => !one.blocks.some(({ staff }) => staff === id));
  const [ticked, setTicked] = useState(one.readers?.map(({ id }) => id) ?? [me.id]);
  const [reason, setReason] = useState('');
  const run = useAccessAction(one.id, me.id);
  // Who left the centre since may stand among those ticked, unseen.
  const chosen = colleagues.filter(({ id }) => ticked.includes(id));
  const readers = chosen.map(({ id }) => id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate({ verb: 'seal', version: one.version, readers, reason }, { onSuccess: done });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Text size="sm">{words.how}</Text>
      <Checkbox.Group label={words.who} description={words.whoHow} value={readers} onChange={setTicked}>
        {colleagues.map(({ id, name, role }) => (
          <Checkbox key={id} className="target" value={id} label={<><bdi>{name}</bdi> · {texts.roles[role]}</>} />
        ))}
      </Checkbox.Group>
      <div aria-live="polite">{colleagues.length > 0 && !readers.includes(me.id) && <Alert color="orange" p="xs">{words.withoutYou}</Alert>}</div>
      <Why reason={reason} setReason={setReason} />
      <Button type="submit" className="submit" loading={run.isPending} disabled={!reason.trim() || !chosen.some(({ role }) => role === 'supervisor')}>
        {one.readers ? words.change : words.submit}
      </Button>
      <Outcome of={{ ...run, error: run.error ?? error }} />
    </Stack>
  );
}
