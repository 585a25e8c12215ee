import { z } from 'zod';
import { Id, Instant, saying, shown } from './common.ts';
import { Role } from './words.ts';

// Who of the staff is kept from one case: sealed cases and conflicts of interest.

const version = z.int().min(1);

/** Why somebody must not touch a case: it is about them, about somebody close to them, or they have another stake in it. */
export const conflictReasons = ['named_in_case', 'close_to_person', 'other_interest'] as const;
const ConflictReason = z.enum(conflictReasons);
export type ConflictReason = (typeof conflictReasons)[number];

export const Seal = z.strictObject({
  version,
  readers: z.array(Id).min(1).max(20).meta({ description: 'Who alone sees it from now on; one of them a supervisor, who can unseal it.' }),
  reason: saying(1000).meta({ examples: ['الشكاية تخص مسؤولا في المركز.'] }),
});
export type Seal = z.infer<typeof Seal>;

export const Block = z.strictObject({
  version,
  staff: Id.optional().meta({ description: 'Oneself where absent.' }),
  reason: ConflictReason,
});
export type Block = z.infer<typeof Block>;

export const Unblock = z.strictObject({ version, staff: Id, reason: saying(1000).meta({ examples: ['تبين أن الاسم لشخص آخر.'] }) });
export type Unblock = z.infer<typeof Unblock>;

/** Who else works in one's centre. */
export const Colleague = z.object({ id: Id, name: shown('سلمى بنعيسى'), role: Role });
export type Colleague = z.infer<typeof Colleague>;

/** A standing conflict of interest. `mine`: stated by whoever reads this, who cannot end it. */
export const StandingBlock = z.object({ staff: Id, name: shown('سلمى بنعيسى'), reason: ConflictReason, by: shown('أمينة التازي'), at: Instant, mine: z.boolean() });
