import { and, eq, exists, gt, isNotNull, lte, sql } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, deadlines, messages } from '#db/schema/tables';
import { record } from '#domain/cases/events.actions';
import { legalBasis, legalBasisFor, legalDueDate, localDate } from './deadlines.rules.ts';

/**
 * Binds a case to the legal date of what it turned out to be about, where that is another than the one on the receipt.
 * Both stand; the earlier one rules, so a date that was told to the citizen is never put off.
 *
 * @returns the date that rules now (YYYY-MM-DD)
 */
export const bindToLaw = async (tx: Tx, found: { id: string; receivedAt: Date; legalDueDate: string }, subcategory: string | null): Promise<string> => {
  const basis = legalBasisFor(subcategory);
  if (basis === legalBasis) return found.legalDueDate;
  const dueDate = legalDueDate(found.receivedAt, basis);
  await tx.db.insert(deadlines).values({ caseId: found.id, kind: 'legal', basis: basis.id, dueDate }).onConflictDoNothing();
  return dueDate < found.legalDueDate ? dueDate : found.legalDueDate;
};

/** An answer meets every legal date of the case; a case that is open again (null) has yet to meet them. */
export const setLegalMet = async (tx: Tx, caseId: string, metAt: Date | null): Promise<void> => {
  await tx.db.update(deadlines).set({ metAt }).where(and(eq(deadlines.caseId, caseId), eq(deadlines.kind, 'legal')));
};

/** How late a text may come and still say when its matter was first told. */
const latestMs = 48 * 3_600_000;

/**
 * A text may come after a later one from the same phone, which began its case: the line was away, and it was found with the
 * provider. The case was then received when the first of them was, and its legal dates run from there. What its receipt said
 * stands in the log beside it.
 */
export const dateBack = async (tx: Tx, caseId: string, { contactPointId, createdAt }: Pick<typeof messages.$inferSelect, 'contactPointId' | 'createdAt'>, now: Date): Promise<void> => {
  if (contactPointId === null) return;
  const began = and(eq(messages.caseId, caseId), eq(messages.kind, 'narrative'), eq(messages.contactPointId, contactPointId), isNotNull(messages.channelAccount));
  const late = and(gt(cases.receivedAt, createdAt), lte(cases.receivedAt, new Date(createdAt.getTime() + latestMs)));
  const [found] = await tx.db
    .select({ receivedOn: cases.receivedOn })
    .from(cases)
    .where(and(eq(cases.id, caseId), late, exists(tx.db.select({ id: messages.id }).from(messages).where(began))));
  if (!found) return;
  const receivedOn = localDate(createdAt);
  const days = sql`(${found.receivedOn}::date - ${receivedOn}::date)`;
  await tx.db.update(deadlines).set({ dueDate: sql`${deadlines.dueDate} - ${days}` }).where(and(eq(deadlines.caseId, caseId), eq(deadlines.kind, 'legal')));
  const [dated] = await tx.db
    .update(cases)
    .set({ receivedAt: createdAt, receivedOn, legalDueDate: sql`${cases.legalDueDate} - ${days}` })
    .where(eq(cases.id, caseId))
    .returning({ legalDueDate: cases.legalDueDate });
  await record(tx, system, now, { caseId, type: 'case.dated_back', data: { receivedAt: createdAt.toISOString(), legalDueDate: dated?.legalDueDate } });
};
