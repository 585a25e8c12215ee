import type { Utterance, Verb } from '#channels/voice';
import { statuses } from '#contract/words';
import { texts } from '#texts/index';
import { prompts, spokenLanguages, type CallVerb, type Said, type SpokenLanguage } from './call.rules.ts';

/** What is known only while it is spoken. `has`: whether somebody recorded it. */
type Speech = { language: SpokenLanguage; has(name: string): boolean; reference: string | null; code: string | null; question: string | null };
/** Where the call goes on, and whom it connects. */
type Way = { node: string; version: number; number: string | null };

/** Rung no longer than it takes a voice mail to pick up. */
const ringSeconds = 25;

const digitNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const isDigit = (text: string): text is (typeof digitNames)[number] => digitNames.some((digit) => digit === text);

type Word = { name: string; text: (language: 'ar' | 'fr') => string };

const digitsOf = (number: string): Word[] =>
  [...number].filter(isDigit).map((digit) => ({ name: `digit_${digit}`, text: (language) => texts[language].voice.digits[digit] }));

const wordsOf = (said: Said, speech: Speech): Word[] => {
  if (typeof said === 'string') return [{ name: said, text: (language) => texts[language].voice.prompts[said] }];
  if ('prompt' in said) return [{ name: said.prompt, text: (language) => texts[language].voice.prompts[said.prompt] }];
  if ('status' in said) return [{ name: `status_${said.status}`, text: (language) => `${texts[language].words.statuses[said.status]}.` }];
  if ('words' in said) return speech.question === null ? [] : [{ name: 'question', text: () => speech.question ?? '' }];
  if ('number' in said) return digitsOf(String(said.number));
  return digitsOf((said.digits === 'case' ? speech.reference : speech.code) ?? '');
};

/** A breath between words of a number. */
const comma = { ar: '،', fr: ',' } as const;

/** What was recorded is played; the rest a machine speaks, Arabic in the place of Tamazight. One breath for what stands together. */
export const utter = (what: readonly Said[], speech: Speech): Utterance[] => {
  const heard: Utterance[] = [];
  for (const said of what) {
    const language = typeof said === 'object' && 'in' in said ? said.in : speech.language;
    // What an operator wrote is read in the voice of its own letters.
    const french = typeof said === 'object' && 'words' in said ? !/\p{Script=Arabic}/u.test(speech.question ?? '') : language === 'fr';
    const machine = french ? 'fr' : 'ar';
    for (const word of wordsOf(said, speech)) {
      const last = heard.at(-1);
      if (speech.has(`${language}/${word.name}`)) heard.push({ play: `${language}/${word.name}` });
      else if (last && 'speak' in last && last.language === machine) last.speak += `${/[.:?!,،؟]$/.test(last.speak) ? '' : comma[machine]} ${word.text(machine)}`;
      else heard.push({ speak: word.text(machine), language: machine });
    }
  }
  return heard;
};

/** The verbs with their words, for the provider. A number that is not known any more is not dialled. */
export const speak = (verbs: readonly CallVerb[], speech: Speech, way: Way): Verb[] =>
  verbs.map((verb): Verb => {
    const next = { node: way.node, version: way.version };
    if (verb.do === 'say') return { do: 'say', what: utter(verb.what, speech) };
    if (verb.do === 'gather') return { ...verb, what: utter(verb.what, speech), next };
    if (verb.do === 'record') return { ...verb, next };
    if (verb.do === 'enqueue') return { do: 'enqueue', next };
    if (verb.do === 'dial' && way.number !== null) return { do: 'dial', number: way.number, seconds: ringSeconds, next };
    return { do: 'hangup' };
  });

/** Every recording that the menu can play, as `ar/menu`. */
export const everyPrompt = (): string[] =>
  spokenLanguages.flatMap((language) =>
    [...prompts, ...statuses.map((status) => `status_${status}`), ...digitNames.map((digit) => `digit_${digit}`)].map((name) => `${language}/${name}`),
  );
