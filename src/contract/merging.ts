import { z } from 'zod';
import { Id, Instant, saying, shown } from './common.ts';

const version = z.int().min(1);
const reason = saying(1000).meta({ examples: ['نفس الطلب لنفس المواطنة.'] });

export const Merge = z.strictObject({
  version,
  into: Id.meta({ description: 'The case that goes on, and with which this one is handled.' }),
  intoVersion: version.optional(),
  reason,
});
export type Merge = z.infer<typeof Merge>;

export const Unmerge = z.strictObject({ version, reason });
export type Unmerge = z.infer<typeof Unmerge>;

export const Split = z.strictObject({
  version,
  messages: z.array(Id).min(1).max(50).meta({ description: 'Texts that somebody else wrote from the same phone. Not the one that the case began with, nor one with files.' }),
  reason: reason.meta({ examples: ['كتبتها أختها من نفس الهاتف.'] }),
});
export type Split = z.infer<typeof Split>;

/** The other case of a merge, as far as the reader may see it. */
export const Merged = z.object({ id: Id, reference: shown('2648391756'), receivedAt: Instant });
export type Merged = z.infer<typeof Merged>;
