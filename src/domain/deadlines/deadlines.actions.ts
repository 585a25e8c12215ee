import { and, eq } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { deadlines } from '#db/schema/tables';
import { legalBasis, legalBasisFor, legalDueDate } from './deadlines.rules.ts';

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
