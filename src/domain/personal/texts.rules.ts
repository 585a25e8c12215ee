import { unsealText, type DataKey, type Place } from '#lib/sealing';

/**
 * A text of a case, kept readable or sealed. Null where there is none, or where it was erased with its citizen's key: a readable
 * one too, which a backup brought back, is shown to nobody.
 */
export const opened = (key: DataKey | undefined, place: Place, clear: string | null, sealed: Buffer | null): string | null =>
  key === undefined ? null : (clear ?? unsealText(key, place, sealed));
