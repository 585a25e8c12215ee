import { and, desc, eq, inArray, isNotNull } from 'drizzle-orm';
import type { ChannelName } from '#channels/channel';
import type { Tx } from '#db/client';
import { cases, citizenContacts, contactPoints, messages } from '#db/schema/tables';
import { unsealText } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';

/** Where a person is reached: a number, in E.164, or an id of WhatsApp that no number is known for. */
export type Reach = { kind: 'phone' | 'whatsapp'; value: string };

/** Where a case's citizen is reached at this contact point; null for other kinds, and once it is erased. */
export const reachOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, at: { id: string; contactPointId: string | null }): Promise<Reach | null> => {
  if (at.contactPointId === null) return null;
  const [point] = await tx.db
    .select({ citizenId: cases.citizenId, kind: contactPoints.kind, index: contactPoints.index, value: citizenContacts.value })
    .from(cases)
    .innerJoin(citizenContacts, eq(citizenContacts.citizenId, cases.citizenId))
    .innerJoin(contactPoints, eq(contactPoints.id, citizenContacts.contactPointId))
    .where(and(eq(cases.id, at.id), eq(contactPoints.id, at.contactPointId), inArray(contactPoints.kind, ['phone', 'whatsapp'])));
  if (!point) return null;
  const keys = await ctx.keys.read([point.citizenId]);
  const value = unsealText(keys.get(point.citizenId), sealedAt.contact(point.citizenId, point.index), point.value);
  return value === null ? null : { kind: point.kind === 'whatsapp' ? 'whatsapp' : 'phone', value };
};

/** The channel by which the citizen last wrote about a case; null where they never did through a provider. */
export const lastHeardBy = async (tx: Tx, caseId: string): Promise<ChannelName | null> => {
  const [last] = await tx.db
    .select({ channel: messages.channel })
    .from(messages)
    .where(and(eq(messages.caseId, caseId), eq(messages.direction, 'in'), isNotNull(messages.channelAccount)))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  return last?.channel === 'whatsapp' || last?.channel === 'sms' ? last.channel : null;
};
