import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { Given } from './given.tsx';
import { usePersonalData } from './rights-queries.ts';
import { Why } from './why.tsx';

/** All that is held of the citizen, shown to be printed and handed over. */
export function GiveForm({ one }: { one: CaseDetail }) {
  const texts = useTexts();
  const { rights: { give: words } } = texts.privacy;
  const [reason, setReason] = useState('');
  const ask = usePersonalData(one.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(reason, { onSuccess: () => setReason('') });
  };
  if (ask.data) {
    return (
      <Stack gap="xs">
        <Given data={ask.data} />
        <Group>
          <Button onClick={() => print()}>{words.print}</Button>
          <Button variant="default" onClick={() => ask.reset()}>{words.close}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Text size="sm">{words.how}</Text>
      <Why reason={reason} setReason={setReason} />
      {ask.error && <Alert color="orange" p="xs" role="alert">{problemText(ask.error, texts)}</Alert>}
      <Button type="submit" className="submit" loading={ask.isPending} disabled={!reason.trim()}>{words.submit}</Button>
    </Stack>
  );
}
