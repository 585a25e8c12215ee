import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail, Me } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { useAccessAction } from './access-queries.ts';
import { Outcome } from './outcome.tsx';
import { Why } from './why.tsx';

type Block = CaseDetail['blocks'][number];
type Lifting = { one: CaseDetail; me: Me; done: () => void };

/** Whom a conflict of interest keeps from the case: told to supervisors alone, and ended by another than who stated it. */
export function Blocks(lifting: Lifting) {
  const { access: words } = useTexts();
  const { blocks } = lifting.one;
  if (blocks.length === 0) return null;
  return (
    <>
      <Title order={3} size="h6" mt="xs">{words.blocks}</Title>
      <ul className="people">{blocks.map((block) => <li key={block.staff}><Blocked {...lifting} block={block} /></li>)}</ul>
    </>
  );
}

function Blocked({ block, ...lifting }: Lifting & { block: Block }) {
  const { access: words } = useTexts();
  const formats = useFormats();
  const [lifts, setLifts] = useState(false);
  const { name, reason, by, at, mine } = block;
  return (
    <>
      <Group gap="xs" justify="space-between">
        <Text size="sm"><bdi>{name}</bdi> · {words.block.reasons[reason]} · {words.by} <bdi>{by}</bdi> · <bdi>{formats.instant(at)}</bdi></Text>
        {!mine && !lifts && <Button variant="default" aria-label={words.unblockOne(name)} onClick={() => setLifts(true)}>{words.unblock}</Button>}
      </Group>
      {mine && <Text size="sm" c="dimmed">{words.mine}</Text>}
      {lifts && <Lift {...lifting} block={block} turnAway={() => setLifts(false)} />}
    </>
  );
}

function Lift({ one, me, done, block, turnAway }: Lifting & { block: Block; turnAway: () => void }) {
  const { access: words } = useTexts();
  const [reason, setReason] = useState('');
  const run = useAccessAction(one.id, me.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate({ verb: 'unblock', version: one.version, staff: block.staff, reason }, { onSuccess: done });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit} aria-label={words.unblockOne(block.name)}>
      <Text size="sm">{words.unblockHow}</Text>
      <Why reason={reason} setReason={setReason} />
      <Group gap="xs">
        <Button type="submit" loading={run.isPending} disabled={!reason.trim()}>{words.unblockSubmit}</Button>
        <Button variant="default" onClick={turnAway}>{words.cancel}</Button>
      </Group>
      <Outcome of={run} />
    </Stack>
  );
}
