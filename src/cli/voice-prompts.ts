import { everyPrompt } from '#domain/calls/speaking.rules';
import type { Prompts } from '#files/prompts';

export const voicePromptsUsage = 'voice-prompts';

/** Which sentences of the telephone menu nobody has recorded: a machine speaks them, Arabic in the place of Tamazight. */
export const listPrompts = (prompts: Prompts): string => {
  const all = everyPrompt();
  const missing = all.filter((name) => !prompts.has(name));
  return [...missing.map((name) => `${name}.mp3`), `${all.length - missing.length} of ${all.length} are recorded.`].join('\n');
};
