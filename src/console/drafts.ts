/**
 * What people have begun to write, per case and field, and on which version of the case. In memory only: it outlives
 * screens and lost sessions, and is gone with the tab, because it may speak of a citizen.
 */
type Begun = { seen: number; texts: ReadonlyMap<DraftField, string> };
const kept = new Map<string, Begun>();
let writer: string | undefined;
const listeners = new Set<() => void>();

export type DraftField = 'reply' | 'question' | 'resolution' | 'note' | 'reason' | 'told' | 'narrative';

const told = (): void => listeners.forEach((listener) => listener());

export const readDraft = (caseId: string, field: DraftField): string => kept.get(caseId)?.texts.get(field) ?? '';

/** The version of the case that the person had before them when they began; undefined while nothing is begun. */
export const seenVersion = (caseId: string): number | undefined => kept.get(caseId)?.seen;

/** `shown`: the version on the screen; it counts when this is the first that is written on the case. */
export function writeDraft(caseId: string, field: DraftField, text: string, shown: number): void {
  const begun = kept.get(caseId);
  const texts = new Map(begun?.texts).set(field, text);
  if (!text) texts.delete(field);
  if (texts.size) kept.set(caseId, { seen: begun?.seen ?? shown, texts });
  else kept.delete(caseId);
  told();
}

/** They were sent, or need not be. */
export function dropDrafts(caseId: string, fields: readonly DraftField[]): void {
  for (const field of fields) writeDraft(caseId, field, '', 0);
}

/** The person knows the case as of this version: they have looked at it, or made it. */
export function haveSeen(caseId: string, version: number): void {
  const begun = kept.get(caseId);
  if (begun) kept.set(caseId, { ...begun, seen: version });
  told();
}

export const draftsExist = (): boolean => kept.size > 0;

/** Drafts belong to who wrote them: another person at the same screen starts with none. */
export function draftsOf(personId: string): void {
  if (writer !== personId) forgetDrafts();
  writer = personId;
}

export function forgetDrafts(): void {
  kept.clear();
  told();
}

/** Calls `listener` after each change; returns how to stop that. */
export function watchDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
