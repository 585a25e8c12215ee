import { ar, type ConsoleTexts } from './console.ar.ts';
import { fr } from './console.fr.ts';

export type { ConsoleTexts };

/** The languages in which staff work; the first is the default. */
export const consoleLanguages = ['ar', 'fr'] as const;
export type ConsoleLanguage = (typeof consoleLanguages)[number];

export const consoleTexts: Record<ConsoleLanguage, ConsoleTexts> = { ar, fr };
