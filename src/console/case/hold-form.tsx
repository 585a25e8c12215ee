import { Button, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { Outcome } from './outcome.tsx';
import { useTexts } from '#console/language';
import { useRightsAction } from './rights-queries.ts';
import { standingOf } from './standing.ts';
import { Why } from './why.tsx';

/** Puts a legal hold on the case, or lifts the one that stands. */
export function HoldForm({ one }: { one: CaseDetail }) {
  const { rights: words } = useTexts().privacy;
  const { held } = standingOf(one);
  const [reason, setReason] = useState('');
  const run = useRightsAction(one.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate({ verb: held ? 'lift-hold' : 'hold', version: one.version, reason }, { onSuccess: () => setReason('') });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Text size="sm">{held ? words.hold.held : words.hold.how}</Text>
      <Why reason={reason} setReason={setReason} />
      <Button type="submit" variant="default" className="submit" loading={run.isPending} disabled={!reason.trim()}>{held ? words.hold.lift : words.hold.submit}</Button>
      <Outcome of={run} />
    </Stack>
  );
}
