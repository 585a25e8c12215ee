import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useUseRecovery } from '#console/accounts/queries';
import { useTexts } from './language.ts';
import { problemText } from './problems.ts';

/** A new password for whoever was handed a recovery secret. */
export function RecoveryForm({ back }: { back: () => void }) {
  const texts = useTexts();
  const { accounts: { use: words } } = texts;
  const [typed, setTyped] = useState({ login: '', secret: '', password: '' });
  const recovery = useUseRecovery();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    recovery.mutate(typed);
  };
  const change = (field: keyof typeof typed) => (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [field]: event.currentTarget.value });
  return (
    <Stack component="form" onSubmit={submit}>
      {recovery.isSuccess ? <Text role="status">{words.done}</Text> : (
        <>
          <TextInput label={texts.signIn.login} value={typed.login} onChange={change('login')} autoComplete="username" autoCapitalize="none"
            spellCheck={false} dir="ltr" required withAsterisk={false} autoFocus />
          <TextInput label={words.secret} value={typed.secret} onChange={change('secret')} autoComplete="off" autoCapitalize="none" spellCheck={false}
            dir="ltr" required withAsterisk={false} maxLength={128} />
          <PasswordInput label={words.password} description={words.passwordHow} value={typed.password} onChange={change('password')} autoComplete="new-password"
            dir="ltr" required withAsterisk={false} minLength={12} maxLength={128} />
          {recovery.error && <Alert color="red" role="alert">{problemText(recovery.error, texts)}</Alert>}
          <Button type="submit" loading={recovery.isPending}>{words.submit}</Button>
        </>
      )}
      <Button variant="default" onClick={back}>{words.back}</Button>
    </Stack>
  );
}
