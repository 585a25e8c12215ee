import { Button, Group } from '@mantine/core';
import { consoleLanguages, consoleTexts } from '#texts/console';
import { useLanguage, useTexts } from './language.ts';
import { speak } from './router.ts';

export function LanguageSwitch() {
  const current = useLanguage();
  const texts = useTexts();
  return (
    <Group gap="xs" role="group" aria-label={texts.nav.language}>
      {consoleLanguages.map((language) => (
        <Button key={language} size="compact-md" variant={language === current ? 'light' : 'subtle'} lang={language}
          aria-pressed={language === current} onClick={() => speak(language)}>
          {consoleTexts[language].languageName}
        </Button>
      ))}
    </Group>
  );
}
