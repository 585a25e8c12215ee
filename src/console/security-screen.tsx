import { Title } from '@mantine/core';
import type { Me } from '#contract/staff';
import { useTexts } from './language.ts';
import { Factors } from './security/factors.tsx';
import { SessionsScreen } from './sessions/sessions-screen.tsx';

/** What keeps one's account one's own: the second factors, and where one is signed in. */
export function SecurityScreen({ me }: { me: Me }) {
  const texts = useTexts();
  return (
    <>
      <Title order={1} size="h3" mb="md">{texts.security.screen}</Title>
      <Factors />
      <SessionsScreen me={me} />
    </>
  );
}
