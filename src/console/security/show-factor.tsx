import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Asked, StepUp } from '#contract/factors';
import { useTexts } from '#console/language';
import { problemText } from '#console/problems';
import { showKey } from './keys.ts';

/** Asks for one of the factors that are asked; `show` sends it, and its refusal is shown here. */
export function ShowFactor({ asked, show, submit }: { asked: Asked; show: (shown: StepUp) => Promise<unknown>; submit: string }) {
  const texts = useTexts();
  const { security: words } = texts;
  const [typed, setTyped] = useState('');
  const sending = useMutation({
    mutationFn: async () => {
      if (asked.webauthn) return show({ webauthn: await showKey(asked.webauthn) });
      return show(asked.factors.includes('totp') ? { totp: typed } : { password: typed });
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate();
  };
  return (
    <Stack component="form" onSubmit={send}>
      {asked.webauthn && <Text size="sm">{words.keyHow}</Text>}
      {!asked.webauthn && asked.factors.includes('totp') && <NumberInput value={typed} change={setTyped} />}
      {asked.factors.includes('password') && (
        <PasswordInput label={texts.signIn.password} value={typed} dir="ltr" required withAsterisk={false} autoFocus
          onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="current-password" />
      )}
      {sending.error && <Alert color="red" role="alert">{problemText(sending.error, texts)}</Alert>}
      <Button type="submit" loading={sending.isPending} autoFocus={asked.webauthn !== undefined}>{asked.webauthn ? words.useKey : submit}</Button>
    </Stack>
  );
}

/** The six digits that the person's application shows now. */
export function NumberInput({ value, change }: { value: string; change: (typed: string) => void }) {
  const { security: words } = useTexts();
  return (
    <TextInput label={words.number} description={words.numberHow} value={value} onChange={(event) => change(event.currentTarget.value)}
      inputMode="numeric" autoComplete="one-time-code" dir="ltr" maxLength={40} required withAsterisk={false} autoFocus />
  );
}
