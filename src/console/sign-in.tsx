import { Alert, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Asked, StepUp } from '#contract/factors';
import { ApiProblem } from './api.ts';
import { EntranceSheet } from './entrance.tsx';
import { useLanguage, useTexts } from './language.ts';
import { problemText } from './problems.ts';
import { refusalOf } from './places.ts';
import { RecoveryForm } from './recovery-form.tsx';
import { ShowFactor } from './security/show-factor.tsx';
import { useSignIn, useSso } from './session.ts';

/** Login and password, then the second factor of whoever has one. */
export function SignInScreen() {
  const texts = useTexts();
  const language = useLanguage();
  const signIn = useSignIn();
  const sso = useSso();
  const refused = refusalOf(location.search);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [recovering, setRecovering] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ login, password }, { onError: (error) => setAsked(error instanceof ApiProblem ? (error.asked ?? null) : null) });
  };
  const show = async ({ totp, webauthn }: StepUp) => {
    try {
      await signIn.mutateAsync({ login, password, totp, webauthn });
    } catch (error) {
      // Of a key one answer is taken: another question comes with the next sign-in.
      if (webauthn) setAsked(null);
      throw error;
    }
  };

  if (recovering) {
    return <EntranceSheet heading={texts.accounts.use.heading}><RecoveryForm back={() => setRecovering(false)} /></EntranceSheet>;
  }
  return (
    <EntranceSheet heading={texts.signIn.heading}>
      {refused && !signIn.isPending && !signIn.error && <Alert color="red" role="alert">{texts.problems[refused]}</Alert>}
      {asked && (
        <>
          <Text size="sm">{texts.security.second}</Text>
          <ShowFactor asked={asked} show={show} submit={texts.signIn.submit} />
          <Button variant="default" onClick={() => { setAsked(null); signIn.reset(); }}>{texts.security.back}</Button>
        </>
      )}
      {!asked && (
        <Stack component="form" onSubmit={submit}>
          {sso.data?.available === true && (
            <>
              <Button component="a" variant="default" href={`/api/v1/staff/sso/start?lang=${language}`}>{texts.signIn.sso}</Button>
              <Divider label={texts.signIn.or} />
            </>
          )}
          <TextInput label={texts.signIn.login} value={login} onChange={(event) => setLogin(event.currentTarget.value)}
            autoComplete="username" autoCapitalize="none" spellCheck={false} dir="ltr" required withAsterisk={false} autoFocus />
          <PasswordInput label={texts.signIn.password} value={password} dir="ltr" required withAsterisk={false}
            onChange={(event) => setPassword(event.currentTarget.value)} autoComplete="current-password" />
          {signIn.error && <Alert color="red" role="alert">{problemText(signIn.error, texts)}</Alert>}
          <Button type="submit" loading={signIn.isPending}>{texts.signIn.submit}</Button>
          <Button variant="subtle" onClick={() => setRecovering(true)}>{texts.accounts.use.link}</Button>
        </Stack>
      )}
    </EntranceSheet>
  );
}
