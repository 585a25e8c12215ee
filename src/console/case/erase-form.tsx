import { Button, List, NativeSelect, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { erasureReasons } from '#contract/rights';
import type { CaseDetail } from '#contract/staff';
import { useFormats, useTexts } from '#console/language';
import { Sure } from '#console/parts/sure';
import { Outcome } from './outcome.tsx';
import { useRightsAction } from './rights-queries.ts';
import { standingOf } from './standing.ts';

/** Erases a case that is over: first what will be lost, then why, of a list because it outlives what is erased, then asked once more. */
export function EraseForm({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const { rights: { erase: words } } = texts.privacy;
  const formats = useFormats();
  const { held, over } = standingOf(one);
  const [chosen, setChosen] = useState('');
  const reason = erasureReasons.find((known) => known === chosen);
  const [asking, setAsking] = useState(false);
  const run = useRightsAction(one.id);
  const begin = (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
  };
  const confirm = () => {
    setAsking(false);
    if (reason) run.mutate({ verb: 'erase', version: one.version, reason });
  };
  if (!over || held) return <Text size="sm">{held ? words.onHold : words.notOver}</Text>;
  return (
    <Stack component="form" gap="xs" onSubmit={begin}>
      <Text fw={600}>{words.lost}</Text>
      <List size="sm">{words.loses.map((what) => <List.Item key={what}>{what}</List.Item>)}</List>
      <Text size="sm">{words.stays}</Text>
      <NativeSelect label={words.reason} description={words.reasonHow} required withAsterisk={false} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}
        data={[{ value: '', label: texts.act.choose }, ...erasureReasons.map((value) => ({ value, label: words.reasons[value] }))]} />
      {asking ? (
        <Sure label={words.begin} question={words.confirm(formats.reference(one.reference))} yes={words.yes} no={words.no} confirm={confirm} turnAway={() => setAsking(false)} />
      ) : <Button type="submit" color="red" className="submit" loading={run.isPending} disabled={!reason}>{words.begin}</Button>}
      <Outcome of={run} />
    </Stack>
  );
}
