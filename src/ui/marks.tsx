/**
 * Embeddings, overrides and isolates of direction (UAX 9): the only characters that make a text read as another one than
 * was written. The implicit marks U+200E and U+200F, which people paste with numbers, are harmless and stay.
 */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text as it is shown: what would turn it around is spelled out (`[U+202E]`). Stored, and told by the API, it stays as it
 * came. Null, once erased, stays null.
 */
export const withMarksShown = (text: string | null): string | null =>
  text?.replace(turning, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`) ?? null;
