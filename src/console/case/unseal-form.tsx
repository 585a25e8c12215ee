import { Button, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail, Me } from '#contract/staff';
import { useTexts } from '#console/language';
import { useAccessAction } from './access-queries.ts';
import { Outcome } from './outcome.tsx';
import { Why } from './why.tsx';

/** Opens a sealed case again to all who might see it. */
export function UnsealForm({ one, me, done }: { one: CaseDetail; me: Me; done: () => void }) {
  const { access: { unseal: words } } = useTexts();
  const [reason, setReason] = useState('');
  const run = useAccessAction(one.id, me.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate({ verb: 'unseal', version: one.version, reason }, { onSuccess: done });
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Text size="sm">{words.how}</Text>
      <Why reason={reason} setReason={setReason} />
      <Button type="submit" className="submit" loading={run.isPending} disabled={!reason.trim()}>{words.submit}</Button>
      <Outcome of={run} />
    </Stack>
  );
}
