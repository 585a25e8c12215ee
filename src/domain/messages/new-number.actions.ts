import { and, eq, inArray, ne, notInArray, or } from 'drizzle-orm';
import { channelOf } from '#channels/channel';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { takesSms } from '#lib/phone';
import type { Context } from '#domain/context';
import { sayAgain } from './other-way.actions.ts';
import { isOvertaken } from './overtaken.queries.ts';
import { reachOf } from './reaching.queries.ts';
import { noNumber } from './wording.queries.ts';

type Message = typeof messages.$inferSelect;

/**
 * Says to the number that a case has now what cannot be said any more to the one that it was written to. Said there once, however many
 * of its copies were on their way.
 *
 * @returns whether there is such a number
 */
export const sayToNewNumber = async (ctx: Context, tx: Tx, row: Message): Promise<boolean> => {
  const { caseId } = row;
  if (caseId === null) return false;
  const [about] = await tx.db.select({ contactPointId: cases.contactPointId }).from(cases).where(eq(cases.id, caseId));
  const contactPointId = about?.contactPointId ?? null;
  if (contactPointId === null || contactPointId === row.contactPointId) return false;
  const reach = await reachOf(ctx, tx, { id: caseId, contactPointId });
  if (reach === null) return false;
  const first = row.repeats ?? row.id;
  const said = await tx.db.$count(messages, and(or(eq(messages.id, first), eq(messages.repeats, first)), eq(messages.contactPointId, contactPointId), notInArray(messages.state, ['failed', 'withheld'])));
  const bySms = reach.kind === 'phone' && takesSms(reach.value) && channelOf(ctx.channels, 'sms', null) !== null;
  if (said === 0) await sayAgain(ctx, tx, { ...row, contactPointId }, { channel: bySms ? 'sms' : row.channel });
  return true;
};

/** Inside the transaction that gives a case its new number: what waits is looked at now, and what failed for the number alone is said again. */
export const sayWaitingToNewNumber = async (ctx: Context, tx: Tx, caseId: string, contactPointId: string): Promise<void> => {
  // What somebody sends at this moment finds the new number by itself.
  const waiting = tx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.caseId, caseId), eq(messages.direction, 'out'), eq(messages.state, 'queued'), ne(messages.contactPointId, contactPointId)))
    .for('update', { skipLocked: true });
  const woken = await tx.db.update(messages).set({ nextTryAt: null }).where(inArray(messages.id, waiting)).returning({ id: messages.id });
  if (woken.length > 0) tx.afterCommit(() => ctx.jobs.add('send-message', woken.map(({ id }) => id)));
  const lost = await tx.raw<{ id: string }>(
    `select m.id from messages m
       left join send_attempts a on a.id = m.attempt_id
       left join threads t on t.contact_point_id = m.contact_point_id and t.channel = m.channel
      where m.case_id = $1 and m.direction = 'out' and m.state = 'failed' and m.contact_point_id <> $2
        and (a.class in ('address', 'unreachable') or m.error_code in (t.unreached_code, $3))
        and not exists (select from messages s where s.case_id = m.case_id and coalesce(s.repeats, s.id) = coalesce(m.repeats, m.id)
          and (s.state not in ('failed', 'withheld') or s.state = 'failed' and s.seq > m.seq))
      order by m.seq`,
    [caseId, contactPointId, noNumber],
  );
  for (const { id } of lost) {
    const [row] = await tx.db.select().from(messages).where(eq(messages.id, id));
    if (row && !(await isOvertaken(tx, row))) await sayToNewNumber(ctx, tx, row);
  }
};
