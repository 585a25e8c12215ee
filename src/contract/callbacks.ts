import { z } from 'zod';
import { Id, Instant, shown } from './common.ts';
import { Kind, Language } from './words.ts';

/** `open`: nobody has it. `taken`: somebody does, and is rung first. `done`, `unreachable`: over. */
export const callbackStates = ['open', 'taken', 'done', 'unreachable'] as const;

/** A citizen who waits to be called, about a case. */
export const Callback = z.object({
  id: Id,
  caseId: Id,
  reference: shown('2648391756'),
  kind: Kind,
  language: Language.nullable(),
  state: z.enum(callbackStates),
  requestedAt: Instant,
  attempts: z.int().meta({ description: 'How often the citizen was rung.' }),
  nextAt: Instant.nullable().meta({ description: 'When whoever took it is rung, and then the citizen; null where nobody will be.' }),
  takenBy: z.object({ id: Id, name: shown('أمل') }).nullable(),
  phone: shown('+2126****4445').nullable(),
});
export type Callback = z.infer<typeof Callback>;

const cursor = 'WyIyMDI2LTExLTIyVDEwOjAwOjAwLjAwMFoiLCIwMTlhYjBjMi03YzVlLTdkM2EtOWYxMC0yYjZmMWMwZTRkNTUiXQ';

export const CallbackListQuery = z.strictObject({ cursor: z.string().max(200).optional().meta({ examples: [cursor] }), limit: z.coerce.number().int().min(1).max(100).default(25) });
export type CallbackListQuery = z.infer<typeof CallbackListQuery>;
export const CallbackList = z.object({ items: z.array(Callback), nextCursor: shown(cursor).nullable(), waiting: z.int().meta({ description: 'How many nobody has taken, on all pages.' }) });
export type CallbackList = z.infer<typeof CallbackList>;

/** With it a browser calls and is called, for ten minutes. */
export const VoiceToken = z.object({ token: shown('eyJ…'), identity: shown('operator_019ab0c27c5e7d3a9f102b6f1c0e4d55'), seconds: z.int() });
export type VoiceToken = z.infer<typeof VoiceToken>;
