import { unsealText, type DataKey, type Place } from '#lib/sealing';

/** A text that is kept readable or sealed. Null where there is none, or where it was erased with its key. */
export const opened = (key: DataKey | undefined, place: Place, clear: string | null, sealed: Buffer | null): string | null =>
  clear ?? unsealText(key, place, sealed);
