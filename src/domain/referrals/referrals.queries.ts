import { and, eq, isNull } from 'drizzle-orm';
import { referralFields, type Referral } from '#contract/referrals';
import type { Tx } from '#db/client';
import { organisations, referrals } from '#db/schema/tables';
import { organisationView } from './organisations.queries.ts';

/** The referral under way of a case; null where nobody outside has it. For whoever may see the case. */
export const referralOf = async (tx: Tx, caseId: string): Promise<Referral | null> => {
  const [row] = await tx.db
    .select({ fields: referrals.fields, at: referrals.referredAt, organisation: organisations })
    .from(referrals)
    .innerJoin(organisations, eq(organisations.id, referrals.organisationId))
    .where(and(eq(referrals.caseId, caseId), isNull(referrals.endedAt)));
  if (!row) return null;
  return { organisation: organisationView(row.organisation), fields: referralFields.filter((one) => row.fields.includes(one)), since: row.at.toISOString() };
};
