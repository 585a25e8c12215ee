import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { CaseDetail } from '#contract/staff';
import { Outcome } from './outcome.tsx';
import { useTexts } from '#console/language';
import { useRightsAction } from './rights-queries.ts';
import { Why } from './why.tsx';

const nothing = { name: '', phone: '', email: '' };

/** Corrects who the citizen is and how they are reached; what is left empty stays. */
export function RectifyForm({ one }: { one: CaseDetail }) {
  const { rights: words } = useTexts().privacy;
  const [typed, setTyped] = useState(nothing);
  const [reason, setReason] = useState('');
  const run = useRightsAction(one.id);
  const filled = Object.entries(typed).flatMap(([field, value]) => (value.trim() ? [[field, value.trim()] as const] : []));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate({ verb: 'rectify', version: one.version, reason, ...Object.fromEntries(filled) }, { onSuccess: () => { setTyped(nothing); setReason(''); } });
  };
  const input = (field: keyof typeof nothing, more: object) => (
    <TextInput label={words.rectify[field]} value={typed[field]} autoComplete="off" {...more}
      onChange={(event) => setTyped({ ...typed, [field]: event.currentTarget.value })} />
  );
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Text size="sm">{words.rectify.how}</Text>
      {input('name', { maxLength: 200, dir: 'auto' })}
      {input('phone', { maxLength: 40, dir: 'ltr', inputMode: 'tel' })}
      {input('email', { maxLength: 254, dir: 'ltr', inputMode: 'email' })}
      <Why reason={reason} setReason={setReason} />
      <Button type="submit" className="submit" loading={run.isPending} disabled={filled.length === 0 || !reason.trim()}>{words.rectify.submit}</Button>
      <Outcome of={run} />
    </Stack>
  );
}
