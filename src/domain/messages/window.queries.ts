import { and, desc, eq, isNotNull, max } from 'drizzle-orm';
import type { Channel } from '#channels/channel';
import type { Tx } from '#db/client';
import { messages } from '#db/schema/tables';

/** The code of a message that met a closed window: free words may be sent only so long after the citizen wrote. */
export const windowClosed = 'window_closed';

const hourMs = 3_600_000;

/**
 * Whether free words may be sent to this contact point now. The provider knows better than our clock, which may have heard of a
 * message late: where it has said no since the citizen last wrote, it is no.
 */
export const mayWriteFreely = async (
  tx: Tx,
  { name, capabilities: { windowHours } }: Pick<Channel, 'name' | 'capabilities'>,
  contactPointId: string | null,
  now: Date,
): Promise<boolean> => {
  if (windowHours === null) return true;
  if (contactPointId === null) return false;
  const here = and(eq(messages.contactPointId, contactPointId), eq(messages.channel, name));
  const [heard] = await tx.db
    .select({ at: messages.createdAt })
    .from(messages)
    .where(and(here, eq(messages.direction, 'in'), isNotNull(messages.channelAccount)))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  if (heard === undefined || now.getTime() - heard.at.getTime() >= windowHours * hourMs) return false;
  const [refused] = await tx.db.select({ at: max(messages.stateAt) }).from(messages).where(and(here, eq(messages.errorCode, windowClosed)));
  const said = refused?.at ?? null;
  return said === null || said < heard.at;
};
