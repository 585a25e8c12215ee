import type { Channel, InboundMessage } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { channelAccounts } from '#db/schema/tables';
import { newId } from '#lib/id';
import { parsePhone } from '#lib/phone';
import type { Context } from '#domain/context';
import { longestHoldMs, waitsUntil } from '#domain/messages/retrying.rules';
import { noteCarried, rowOf } from './accounts.actions.ts';
import { isTestDue, isTestText, testText } from './own-sms.rules.ts';

/** Has each SIM that the network brought nothing for an hour send an SMS to itself. One process does, however many ask. */
export const testLines = async (ctx: Context): Promise<void> => {
  await Promise.all(ctx.channels.map((channel) => testLine(ctx, channel)));
};

const testLine = async (ctx: Context, channel: Channel): Promise<void> => {
  const { number } = channel.capabilities;
  if (number === null) return;
  const id = await ctx.db.withActor(system, (tx) => claimTest(tx, channel, ctx.clock.now()));
  if (id !== null) await channel.send({ id, to: number, text: testText(id) });
};

/** Whatever the phone answers, only that it comes back says that it was carried. One that takes no messages is in trouble already, and takes this one neither. */
const claimTest = async (tx: Tx, channel: Channel, now: Date): Promise<string | null> => {
  const [row] = await tx.db.select().from(channelAccounts).where(rowOf(channel)).for('update');
  if (!row || waitsUntil(row.heldUntil, longestHoldMs, now) || !isTestDue(row, now)) return null;
  const id = newId(now);
  const { gapMs } = channel.capabilities;
  // A busy line has no free turn in the moment that it is asked for: this one is taken, and the next message waits from now.
  const nextSendAt = new Date(now.getTime() + gapMs);
  await tx.db.update(channelAccounts).set({ testId: id, testedAt: now, unreturnedSince: row.unreturnedSince ?? now, nextSendAt }).where(rowOf(channel));
  return id;
};

/** Whether a message was sent by our own end of the line: a test, or somebody who has the phone in their hands. */
export const isFromOurselves = ({ channels }: Pick<Context, 'channels'>, { channel: name, account, from }: InboundMessage): boolean => {
  const number = channels.find((one) => one.name === name && one.account === account)?.capabilities.number ?? null;
  return number !== null && parsePhone(from)?.e164 === number;
};

/** Notes that the line's SMS to itself came back, if it is the last one; nobody wrote it, so that nothing is kept of it. @returns whether it is such an SMS */
export const takeOwnSms = async (ctx: Pick<Context, 'db' | 'clock' | 'channels'>, message: InboundMessage): Promise<boolean> => {
  if (!isTestText(message.text) || !isFromOurselves(ctx, message)) return false;
  const { channel: name, account, text } = message;
  await ctx.db.withActor(system, async (tx) => {
    const [row] = await tx.db.select({ id: channelAccounts.testId }).from(channelAccounts).where(rowOf({ name, account }));
    if (row?.id && testText(row.id) === text.trim()) await noteCarried(tx, { name, account }, ctx.clock.now(), row.id);
  });
  return true;
};
