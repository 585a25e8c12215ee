import { Button, Text } from '@mantine/core';
import type { SecondFactor } from '#contract/factors';
import { EntranceSheet } from './entrance.tsx';
import { useTexts } from './language.ts';
import { Enrol } from './security/enrol.tsx';
import { StepUp } from './security/step-up.tsx';
import { useSignOut } from './session.ts';

/** All that a person sees who has signed in by the password alone where a second factor is needed. */
export function EnrolScreen({ kind }: { kind: SecondFactor }) {
  const texts = useTexts();
  const signOut = useSignOut();
  return (
    // Whoever came in by single sign-on may have one enrolled: showing it is enough.
    <EntranceSheet heading={texts.security.enrolHeading} beside={<StepUp />}>
      <Text size="sm">{texts.security.enrolWhy}</Text>
      <Enrol kind={kind} />
      <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>{texts.nav.signOut}</Button>
    </EntranceSheet>
  );
}
