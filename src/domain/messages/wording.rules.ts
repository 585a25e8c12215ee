import { mostParts, partsOf } from '#contract/sms';
import type { Language } from '#contract/words';
import { texts } from '#texts/index';

/** Who began a case by a message is asked, with its answer, to rate it by another. */
export const asksRating = (kind: string, channel: string): boolean => kind === 'resolution' && (channel === 'sms' || channel === 'whatsapp');

/**
 * Words to a citizen as they leave: which case they are about, as one phone may follow several, then what is said. A receipt says
 * that by itself, and numbers for emergencies are about none. The question for a rating is left out where it would cost another part.
 */
export const asSent = (message: { kind: string; channel: string }, about: { reference: string; language: string | null; channel: string }, said: string): string => {
  if (message.kind === 'acknowledgement' || message.kind === 'safety') return said;
  const { sms, answers } = texts[(about.language ?? 'ar') as Language];
  const words = sms.about(about.reference) + said;
  const rated = `${words} ${answers.rate}`;
  return asksRating(message.kind, about.channel) && (message.channel !== 'sms' || partsOf(rated) <= mostParts) ? rated : words;
};
