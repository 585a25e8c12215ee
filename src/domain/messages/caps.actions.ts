import { createHmac } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { smsCounts } from '#db/schema/tables';
import type { Context } from '#domain/context';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Why an acknowledgement does not leave; the message shows it. */
export type Withheld = 'cap_number' | 'cap_range' | 'cap_day';

/** What leaves by itself: receipts, and what the line answers to a text. */
type Automatic = 'acknowledgement' | 'automatic';
export const isAutomatic = (kind: string): kind is Automatic => kind === 'acknowledgement' || kind === 'automatic';

/** `again`: the same words were counted for this number before, and did not arrive. */
type Said = { kind: Automatic; again: boolean };

/** Answers to texts come in turns of a few minutes; receipts are one for each case. */
const numberCaps = {
  acknowledgement: [{ windowMs: hourMs, most: 3 }, { windowMs: dayMs, most: 10 }],
  automatic: [{ windowMs: hourMs / 6, most: 3 }, { windowMs: dayMs, most: 10 }],
} as const;

/**
 * What may be spent on what leaves by itself. Whoever is paid for each SMS that reaches certain numbers can have us send them by
 * filing (SMS pumping); ranges are sold by the thousand. The narrowest first, so that a number or range that is closed uses
 * up nothing of what all share.
 */
const capsOf = (ctx: Context, to: string, { kind, again }: Said): { subject: string; windowMs: number; most: number; code: Withheld }[] => [
  ...(again ? [] : numberCaps[kind]).map(({ windowMs, most }) => ({ subject: `${kind} ${windowMs} ${to}`, windowMs, most, code: 'cap_number' as const })),
  { subject: `range ${to.slice(0, -3)}`, windowMs: dayMs, most: 200, code: 'cap_range' },
  { subject: 'all', windowMs: dayMs, most: ctx.smsDailyCap, code: 'cap_day' },
];

/**
 * Counts a message about to leave, unless a cap is reached. Morocco keeps GMT, so its days are those of UTC
 * (decree 2.26.530).
 *
 * @returns null where it may leave
 */
export const takeFromCaps = async (ctx: Context, tx: Tx, to: string, said: Said): Promise<Withheld | null> => {
  const now = ctx.clock.now().getTime();
  for (const { subject, windowMs, most, code } of capsOf(ctx, to, said)) {
    const counted = await tx.db
      .insert(smsCounts)
      .values({
        subjectHash: createHmac('sha256', ctx.codeKey).update(`insat/sms-cap/1\0${subject}`).digest(),
        since: new Date(now - (now % windowMs)),
        sent: 1,
      })
      .onConflictDoUpdate({ target: [smsCounts.subjectHash, smsCounts.since], set: { sent: sql`${smsCounts.sent} + 1` }, setWhere: sql`${smsCounts.sent} < ${most}` })
      .returning({ sent: smsCounts.sent });
    if (counted.length === 0) return code;
  }
  return null;
};
