import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import type { SecondFactor } from '#contract/factors';
import { useTexts } from './language.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { Enrol } from './security/enrol.tsx';
import { StepUp } from './security/step-up.tsx';
import { useSignOut } from './session.ts';

/** All that a person sees who has signed in by the password alone where a second factor is needed. */
export function EnrolScreen({ kind }: { kind: SecondFactor }) {
  const texts = useTexts();
  const signOut = useSignOut();
  return (
    <main className="sign-in">
      <Paper withBorder p="xl">
        <Stack>
          <LanguageSwitch />
          <Title order={1} size="h3">{texts.title}</Title>
          <Title order={2} size="h5">{texts.security.enrolHeading}</Title>
          <Text size="sm">{texts.security.enrolWhy}</Text>
          <Enrol kind={kind} />
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>{texts.nav.signOut}</Button>
        </Stack>
      </Paper>
      {/* Whoever came in by single sign-on may have one enrolled: showing it is enough. */}
      <StepUp />
    </main>
  );
}
