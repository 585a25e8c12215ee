import type { CaseDetail } from '#contract/staff';

export type Entry =
  | { is: 'message'; at: string; message: CaseDetail['messages'][number] }
  | { is: 'note'; at: string; note: CaseDetail['notes'][number] }
  | { is: 'event'; at: string; event: CaseDetail['events'][number] };

/** Facts whose whole content already stands in the story: as a message or a note, or in the fact from which they follow. */
const told = new Set(['message.received', 'message.queued', 'message.failed', 'message.withheld', 'note.added', 'attachment.added', 'row.restated']);

/** The story of a case, oldest first; at the same instant a fact comes before the words it led to. */
export function entriesOf(one: Pick<CaseDetail, 'messages' | 'notes' | 'events'>): Entry[] {
  const entries: Entry[] = [
    ...one.events.filter((event) => !told.has(event.type)).map((event): Entry => ({ is: 'event', at: event.at, event })),
    ...one.messages.map((message): Entry => ({ is: 'message', at: message.at, message })),
    ...one.notes.map((note): Entry => ({ is: 'note', at: note.at, note })),
  ];
  return entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
