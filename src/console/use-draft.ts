import { useSyncExternalStore } from 'react';
import type { CaseSummary } from '#contract/staff';
import { haveSeen, readDraft, seenVersion, watchDrafts, writeDraft, type DraftField } from './drafts.ts';

type Shown = Pick<CaseSummary, 'id' | 'version'>;

/** A field whose text survives leaving the screen, and is empty once it was sent. */
export function useDraft({ id, version }: Shown, field: DraftField): [string, (text: string) => void] {
  const text = useSyncExternalStore(watchDrafts, () => readDraft(id, field));
  return [text, (next) => writeDraft(id, field, next, version)];
}

export type Seen = { version: number; changed: boolean; confirm: () => void };

/**
 * The version of the case on which the person's words rest: the one shown when they began to write, not one that was
 * fetched meanwhile. Once it has `changed`, they are to look again and `confirm` before anything is sent.
 */
export function useSeen({ id, version: shown }: Shown): Seen {
  const version = useSyncExternalStore(watchDrafts, () => seenVersion(id)) ?? shown;
  return { version, changed: version < shown, confirm: () => haveSeen(id, shown) };
}
