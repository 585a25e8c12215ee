import { useState } from 'react';
import { readDraft, writeDraft, type DraftField } from './drafts.ts';

/** A field whose text survives leaving the screen. Give the form `key={caseId}` so that cases never mix. */
export function useDraft(caseId: string, field: DraftField): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft(caseId, field));
  return [
    text,
    (next) => {
      writeDraft(caseId, field, next);
      setText(next);
    },
  ];
}
