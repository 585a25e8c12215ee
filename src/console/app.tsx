import { Alert, Button, Center, Loader, useDirection } from '@mantine/core';
import { useEffect } from 'react';
import { consoleTexts } from '#texts/console';
import { EnrolScreen } from './enrol-screen.tsx';
import { LanguageContext } from './language.ts';
import { problemText } from './problems.ts';
import { useAddressLanguage } from './router.ts';
import { useSession } from './session.ts';
import { Shell } from './shell.tsx';
import { SignInScreen } from './sign-in.tsx';

/** Language and direction from the address; then the sign-in screen or the work. */
export function App() {
  const language = useAddressLanguage();
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = consoleTexts[language].title;
    setDirection(language === 'ar' ? 'rtl' : 'ltr');
  }, [language, setDirection]);

  return (
    <LanguageContext value={language}>
      <Entrance texts={consoleTexts[language]} />
    </LanguageContext>
  );
}

function Entrance({ texts }: { texts: (typeof consoleTexts)['ar'] }) {
  const session = useSession();
  if (session.data?.enrol) return <EnrolScreen kind={session.data.enrol} />;
  if (session.data) return <Shell me={session.data} />;
  if (session.data === null) return <SignInScreen />;
  if (session.error) {
    return (
      <Alert color="red" m="xl" role="alert">
        <p>{problemText(session.error, texts)}</p>
        <Button onClick={() => void session.refetch()}>{texts.retry}</Button>
      </Alert>
    );
  }
  return <Center mih="60vh"><Loader aria-label={texts.loading} /></Center>;
}
