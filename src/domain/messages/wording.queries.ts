import { eq } from 'drizzle-orm';
import type { Channel, OutboundMessage } from '#channels/channel';
import type { Language } from '#contract/words';
import type { Tx } from '#db/client';
import { cases, type messages } from '#db/schema/tables';
import { deriveCode } from '#lib/code';
import { unsealText } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';
import { codePlace } from './outbound.actions.ts';
import { reachOf } from './reaching.queries.ts';
import { asSent } from './wording.rules.ts';

/** The code of a message that lost its number or its words (rectified, erased) before it left: no later try could send it. */
export const noNumber = 'no_number';

/**
 * A message as the provider is given it, in free words and, where it has one, as an approved text; null where its number or its
 * words are gone. An acknowledgement gets its code now; anything else says which case it is about, as one phone may follow several.
 */
export const outboundOf = async (ctx: Context, tx: Tx, row: typeof messages.$inferSelect, channel: Pick<Channel, 'template'>): Promise<OutboundMessage | null> => {
  const { id, caseId } = row;
  if (caseId === null) return outboundOfLine(ctx, row);
  const reach = await reachOf(ctx, tx, { id: caseId, contactPointId: row.contactPointId });
  if (reach === null) return null;
  const [about] = await tx.db.select({ citizenId: cases.citizenId, channel: cases.channel, reference: cases.reference, language: cases.language }).from(cases).where(eq(cases.id, caseId));
  if (!about) throw new Error('a message is about no case');
  const key = (await ctx.keys.read([about.citizenId])).get(about.citizenId);
  const body = opened(key, sealedAt.message(id), row.body, row.bodySealed);
  if (body === null) return null;
  const language = (about.language ?? 'ar') as Language;
  const said = row.kind === 'acknowledgement' ? body.replace(codePlace, deriveCode(ctx.codeKey, caseId)) : body;
  const text = asSent(row, about, said);
  const approved = channel.template?.(row.kind, language) ?? null;
  // What is put into an approved text may have no line break, and no more than four spaces in a row.
  return { id, to: reach.value, text, ...(approved === null ? {} : { template: { id: approved, values: [about.reference, said.replaceAll(/\s+/g, ' ').trim()] } }) };
};

/** What the line itself answers is of no case; whom it goes to is sealed beside it. */
const outboundOfLine = async (ctx: Context, { id, sender, body }: typeof messages.$inferSelect): Promise<OutboundMessage | null> => {
  const to = unsealText((await ctx.keys.read([id])).get(id), sealedAt.sender(id), sender);
  return to === null || body === null ? null : { id, to, text: body };
};

/** Free words where they may be sent, else the approved text; null where there is none. */
export const sayable = ({ template, ...message }: OutboundMessage, free: boolean): OutboundMessage | null => {
  if (free) return message;
  return template === undefined ? null : { ...message, template };
};
