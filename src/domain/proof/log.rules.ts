import type { Subtree } from '#lib/merkle';

/** An instant that no calendar of ours holds (somebody put `infinity` there) has a hash too: it must differ, not fail. */
export const instant = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));

/** Canonical JSON (RFC 8785). */
export const canonical = (value: unknown): string => {
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
