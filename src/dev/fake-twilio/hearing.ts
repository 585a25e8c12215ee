import type { Element } from './twiml.ts';

/** One thing that is heard: words in a machine's voice, or a file that somebody recorded. */
export type Heard = { by: 'machine'; language: string; text: string } | { by: 'recording'; url: string };

/** What a verb, or the verbs in it, let hear. */
export const heardIn = ({ name, attributes, children, text }: Element): Heard[] => {
  if (name === 'Say') return [{ by: 'machine', language: attributes['language'] ?? 'en-US', text }];
  return name === 'Play' ? [{ by: 'recording', url: text }] : children.flatMap(heardIn);
};

export const wordsOf = (heard: Heard): string => (heard.by === 'machine' ? heard.text : heard.url);
