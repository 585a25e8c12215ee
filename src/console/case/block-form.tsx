import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { conflictReasons } from '#contract/access';
import type { CaseDetail, Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { Sure } from '#console/parts/sure';
import { useAccessAction, useColleagues } from './access-queries.ts';
import { Outcome } from './outcome.tsx';

type Blocking = { one: CaseDetail; me: Me; done: () => void };

/** Keeps somebody with a stake in the case from it: a supervisor names anybody, an operator only speaks of themselves. */
export function BlockForm({ anybody, ...blocking }: Blocking & { anybody: boolean }) {
  const { access: { block: words } } = useTexts();
  const [who, setWho] = useState('');
  return (
    <Stack gap="xs">
      <Text size="sm">{anybody ? words.how : words.howSelf}</Text>
      {anybody && <Whom {...blocking} who={who} setWho={setWho} />}
      <Stake key={who} {...blocking} who={anybody ? who : blocking.me.id} />
    </Stack>
  );
}

function Whom({ one, me, who, setWho }: Blocking & { who: string; setWho: (id: string) => void }) {
  const texts = useTexts();
  const { access: { block: words } } = texts;
  const kept = new Set(one.blocks.map(({ staff }) => staff));
  const colleagues = (useColleagues().data ?? []).filter(({ id }) => !kept.has(id));
  return (
    <NativeSelect label={words.who} required withAsterisk={false} value={who} onChange={(event) => setWho(event.currentTarget.value)}
      data={[{ value: '', label: texts.act.choose }, ...colleagues.map(({ id, name, role }) => ({ value: id, label: id === me.id ? words.me : `${name} · ${texts.roles[role]}` }))]} />
  );
}

/** Which stake; asked once more of who gives the case up, as they cannot come back to it alone. */
function Stake({ one, me, who, done }: Blocking & { who: string }) {
  const texts = useTexts();
  const { access: { block: words } } = texts;
  const [chosen, setChosen] = useState('');
  const [asking, setAsking] = useState(false);
  const run = useAccessAction(one.id, me.id);
  const oneself = who === me.id;
  const reason = conflictReasons.find((known) => known === chosen);
  const block = () => {
    setAsking(false);
    if (reason) run.mutate({ verb: 'block', version: one.version, staff: who, reason }, { onSuccess: done });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (oneself) setAsking(true);
    else block();
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <NativeSelect label={words.reason} required withAsterisk={false} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}
        data={[{ value: '', label: texts.act.choose }, ...conflictReasons.map((value) => ({ value, label: (oneself ? words.reasonsSelf : words.reasons)[value] }))]} />
      {asking ? (
        <Sure label={words.submitSelf} question={words.confirm} yes={words.yes} no={words.no} confirm={block} turnAway={() => setAsking(false)} />
      ) : (
        <Button type="submit" variant="default" className="submit" loading={run.isPending} disabled={!who || !reason}>{oneself ? words.submitSelf : words.submit}</Button>
      )}
      <Outcome of={run} />
    </Stack>
  );
}
