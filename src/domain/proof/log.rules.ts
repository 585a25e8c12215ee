import { leafHash, type Subtree } from '#lib/merkle';

/** A row of `events` as text: what its leaf is made of. `at_ms` counts milliseconds since 1970 in UTC; `data` is JSON. */
export type EventRow = {
  id: string;
  case_id: string;
  type: string;
  actor_kind: string;
  actor_id: string | null;
  at_ms: string;
  data: string;
};

/**
 * What a leaf is the hash of, so that anybody can compute it: the event as canonical JSON (RFC 8785: no white space, keys
 * in the order of their UTF-16 code units at every depth, numbers and strings as ECMAScript writes them), encoded in
 * UTF-8. It has exactly these keys:
 *
 * - `actorId`: the member of staff, a UUID in small letters, or null
 * - `actorKind`: `citizen`, `staff` or `system`
 * - `at`: the instant in UTC with milliseconds, as `2026-11-22T10:00:00.000Z`
 * - `caseId`: the case, a UUID in small letters
 * - `data`: the event's own facts, an object
 * - `id`: the event's number, as a string of decimal digits
 * - `type`: such as `case.received`
 *
 * The leaf hash is then SHA-256 of a zero byte and these bytes (RFC 6962, section 2.1).
 */
export const leafContent = (event: EventRow): string =>
  canonical({
    actorId: event.actor_id,
    actorKind: event.actor_kind,
    at: instant(Number(event.at_ms)),
    caseId: event.case_id,
    data: JSON.parse(event.data),
    id: event.id,
    type: event.type,
  });

export const eventHash = (event: EventRow): Buffer => leafHash(Buffer.from(leafContent(event)));

/** An instant that no calendar of ours holds (somebody put `infinity` there) has a hash too: it must differ, not fail. */
const instant = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));

const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  // One beyond the range of a number must not look like null.
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${canonical(of)}`).join(',')}}`;
};

/** Of each eight levels one is kept beside the leaves: a 256th of their number, and never more than 128 rows to a hash. */
const levelsPerRow = 8;

export const isKept = ({ level }: Subtree): boolean => level > 0 && level % levelsPerRow === 0;

/** The hashes that are kept (level 0: the leaves), side by side, over which a subtree's own is the root. */
export const keptUnder = ({ level, index }: Subtree): { level: number; first: number; last: number } => {
  const kept = level - (level % levelsPerRow);
  const count = 2 ** (level - kept);
  return { level: kept, first: index * count, last: (index + 1) * count - 1 };
};
