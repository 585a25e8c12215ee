import { createContext, useContext, useMemo } from 'react';
import { consoleTexts, type ConsoleLanguage, type ConsoleTexts } from '#texts/console';
import { formats, type Formats } from './formats.ts';

export const LanguageContext = createContext<ConsoleLanguage>('ar');

export const useLanguage = (): ConsoleLanguage => useContext(LanguageContext);

export const useTexts = (): ConsoleTexts => consoleTexts[useLanguage()];

export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => formats(language), [language]);
}
