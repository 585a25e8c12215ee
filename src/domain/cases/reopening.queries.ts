import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { events, type cases } from '#db/schema/tables';
import { isLegallyLate } from '#domain/deadlines/deadlines.rules';
import type { Condition } from './cases.rules.ts';

/** How long an answered case may be reopened: proposed, to be confirmed in the line's rules. */
const reopenDays = 60;

type Case = Pick<typeof cases.$inferSelect, 'id' | 'resolvedAt' | 'receivedAt' | 'legalDueDate'>;

/** What the table of moves asks before an answered or late case goes on: the window, the one appeal, the legal date. */
export const reopeningFacts = async (
  tx: Tx,
  found: Case,
  now: Date,
): Promise<Record<Extract<Condition, 'window_open' | 'first_appeal' | 'legal_lapsed' | 'answered' | 'answered_or_late'>, boolean>> => {
  const answeredAt = found.resolvedAt ?? found.receivedAt;
  const appeals = await tx.db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.caseId, found.id), sql`${events.data}->>'to' = 'under_appeal'`))
    .limit(1);
  const [answered, late] = [found.resolvedAt !== null, isLegallyLate(found.legalDueDate, now)];
  return {
    window_open: now.getTime() - answeredAt.getTime() <= reopenDays * 86_400_000,
    first_appeal: appeals.length === 0,
    legal_lapsed: late,
    answered,
    answered_or_late: answered || late,
  };
};
