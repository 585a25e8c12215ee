import { Button, List, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { Outcome } from './outcome.tsx';
import { useFormats, useTexts } from '#console/language';
import { Sure } from '#console/parts/sure';
import { useRightsAction } from './rights-queries.ts';
import { standingOf } from './standing.ts';
import { Why } from './why.tsx';

/** Erases a case that is over: first what will be lost, then why, then asked once more. */
export function EraseForm({ one }: { one: CaseDetail }) {
  const { rights: { erase: words } } = useTexts().privacy;
  const formats = useFormats();
  const { held, over } = standingOf(one);
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const run = useRightsAction(one.id);
  const begin = (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
  };
  const confirm = () => {
    setAsking(false);
    run.mutate({ verb: 'erase', version: one.version, reason });
  };
  if (!over || held) return <Text size="sm">{held ? words.onHold : words.notOver}</Text>;
  return (
    <Stack component="form" gap="xs" onSubmit={begin}>
      <Text fw={600}>{words.lost}</Text>
      <List size="sm">{words.loses.map((what) => <List.Item key={what}>{what}</List.Item>)}</List>
      <Text size="sm">{words.stays}</Text>
      <Why reason={reason} setReason={setReason} />
      {asking ? (
        <Sure label={words.begin} question={words.confirm(formats.reference(one.reference))} yes={words.yes} no={words.no} confirm={confirm} turnAway={() => setAsking(false)} />
      ) : <Button type="submit" color="red" className="submit" loading={run.isPending} disabled={!reason.trim()}>{words.begin}</Button>}
      <Outcome of={run} />
    </Stack>
  );
}
