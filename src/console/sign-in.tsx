import { Alert, Button, Divider, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useLanguage, useTexts } from './language.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { problemText } from './problems.ts';
import { refusalOf } from './places.ts';
import { useSignIn, useSso } from './session.ts';

export function SignInScreen() {
  const texts = useTexts();
  const language = useLanguage();
  const signIn = useSignIn();
  const sso = useSso();
  const refused = refusalOf(location.search);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ login, password });
  };

  return (
    <main className="sign-in">
      <Paper withBorder p="xl" component="form" onSubmit={submit}>
        <Stack>
          <LanguageSwitch />
          <Title order={1} size="h3">{texts.title}</Title>
          <Title order={2} size="h5">{texts.signIn.heading}</Title>
          {refused && !signIn.isPending && !signIn.error && <Alert color="red" role="alert">{texts.problems[refused]}</Alert>}
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
        </Stack>
      </Paper>
    </main>
  );
}
