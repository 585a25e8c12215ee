import type { Heard } from '#dev/fake-twilio/hearing';
import { texts } from '#texts/index';

/** A line of what was heard on the telephone, or was done on it. */
export type Spoken = { by: 'machine' | 'recording' | 'keys' | 'voice' | 'silence'; language?: string | undefined; text: string };

const isLanguage = (code: string): code is keyof typeof texts => code in texts;

/** What somebody recorded is read from the text that they recorded. */
const recorded = (url: string): Spoken => {
  const [, code = '', name = ''] = /\/prompts\/([a-z]+)\/(\w+)\.mp3$/.exec(url) ?? [];
  if (!isLanguage(code)) return { by: 'recording', text: url };
  const { voice, words } = texts[code];
  const known: Readonly<Record<string, string>> = {
    ...voice.prompts,
    ...Object.fromEntries(Object.entries(voice.digits).map(([digit, word]) => [`digit_${digit}`, word])),
    ...Object.fromEntries(Object.entries(words.statuses).map(([status, word]) => [`status_${status}`, word])),
  };
  return { by: 'recording', language: code, text: known[name] ?? name };
};

const languages: Readonly<Record<string, string>> = { arb: 'ar', 'fr-FR': 'fr' };

/** What is heard, as words. */
export const spokenOf = (heard: Heard): Spoken =>
  heard.by === 'recording' ? recorded(heard.url) : { by: 'machine', language: languages[heard.language] ?? heard.language, text: heard.text };
