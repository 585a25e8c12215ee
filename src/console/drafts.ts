/**
 * What people have begun to write, per case and field. In memory only: it outlives screens and lost sessions, and
 * is gone with the tab, because it may speak of a citizen.
 */
const kept = new Map<string, string>();
let writer: string | undefined;

export type DraftField = 'reply' | 'question' | 'resolution' | 'note' | 'reason' | 'told';

const keyOf = (caseId: string, field: DraftField): string => `${caseId} ${field}`;

export const readDraft = (caseId: string, field: DraftField): string => kept.get(keyOf(caseId, field)) ?? '';

export function writeDraft(caseId: string, field: DraftField, text: string): void {
  if (text) kept.set(keyOf(caseId, field), text);
  else kept.delete(keyOf(caseId, field));
}

export const draftsExist = (): boolean => kept.size > 0;

/** Drafts belong to who wrote them: another person at the same screen starts with none. */
export function draftsOf(personId: string): void {
  if (writer !== personId) kept.clear();
  writer = personId;
}

export const forgetDrafts = (): void => kept.clear();
