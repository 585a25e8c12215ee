import { asc, eq } from 'drizzle-orm';
import { attachmentStates, refusalReasons, type CaseDetail } from '#contract/staff';
import type { Tx } from '#db/client';
import { attachments } from '#db/schema/tables';

/** What is attached to a case, in the order it came. For whoever may see the case. */
export const attachmentsOf = async (tx: Tx, caseId: string): Promise<CaseDetail['attachments']> => {
  const rows = await tx.db.select().from(attachments).where(eq(attachments.caseId, caseId)).orderBy(asc(attachments.createdAt), asc(attachments.id));
  return rows.map((row) => ({
    id: row.id,
    messageId: row.messageId,
    at: row.createdAt.toISOString(),
    type: row.type,
    size: row.size,
    state: attachmentStates.find((one) => one === row.state) ?? 'quarantined',
    reason: refusalReasons.find((one) => one === row.reason) ?? null,
  }));
};
