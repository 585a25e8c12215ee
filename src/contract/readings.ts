import { z } from 'zod';
import { Id, Instant, shown } from './common.ts';

/** What was seen of a person: the case, masked; a file of it; what is masked; all that is held, to be handed to the citizen. */
const what = z.enum(['read', 'file', 'revealed', 'given']);
export type Sighting = z.infer<typeof what>;

const reason = shown('للاتصال بها').nullable().meta({ description: 'Of what was revealed or given: why, as it was written then, numbers in it masked. Null for the others, and once erased.' });

/** One time that somebody of ours saw the case, as its citizen is told. */
const Told = z.object({ at: Instant, by: z.enum(['operator', 'supervisor', 'partner']), what, reason });
export const Readings = z.array(Told).meta({ description: 'When somebody of ours saw the case.' });
export type Readings = z.infer<typeof Readings>;

/** Why somebody read a case: they hold it, they supervise its centre, they looked, or it was referred to them. */
export const readingReasons = ['holds', 'supervises', 'looks', 'referred'] as const;
export type ReadingReason = (typeof readingReasons)[number];
export const CaseReadings = z.array(
  z.object({
    at: Instant,
    reader: shown('سلمى بنعيسى'),
    what,
    why: z.enum(readingReasons).nullable().meta({ description: 'Of a case that was read, or a file; what was revealed or given has a reason.' }),
    reason,
    attachmentId: Id.optional().meta({ description: 'Where a file was opened.' }),
  }),
);
export type CaseReadings = z.infer<typeof CaseReadings>;
