import { and, eq } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { centres, provinces, queues } from '#db/schema/tables';

/** The centre of the province's region, or the one that serves what names no place; integrity has a queue of its own. */
export const placeFor = async (tx: Tx, province: string | null, restricted: boolean): Promise<{ centreId: string; queueId: string }> => {
  const inPlace = province === null
    ? eq(centres.servesUnlocated, true)
    : eq(centres.regionCode, tx.db.select({ code: provinces.regionCode }).from(provinces).where(eq(provinces.code, province)));
  const [place] = await tx.db
    .select({ centreId: centres.id, queueId: queues.id })
    .from(centres)
    .innerJoin(queues, and(eq(queues.centreId, centres.id), eq(queues.restricted, restricted)))
    .where(inPlace)
    .limit(1);
  if (place) return place;
  if (province !== null) return placeFor(tx, null, restricted);
  throw new Error('no centre serves cases without a territory');
};
