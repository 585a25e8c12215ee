import type { CaseDetail } from '#contract/staff';
import { afterEach, expect, test } from 'vitest';
import { allowedTo, keepsOut, splittable } from '#console/case/allowed';
import { entriesOf } from '#console/case/entries';
import { draftsExist, draftsOf, dropDrafts, forgetDrafts, haveSeen, readDraft, seenVersion, writeDraft } from '#console/drafts';
import { replyChannel } from '#console/case/reply-channel';
import { dueOf } from '#console/due';

afterEach(forgetDrafts);

test('a draft is never shown on another case or in another field', () => {
  writeDraft('one', 'reply', 'نراجع ملفكم', 1);
  expect(readDraft('one', 'reply')).toBe('نراجع ملفكم');
  expect(readDraft('two', 'reply')).toBe('');
  expect(readDraft('one', 'note')).toBe('');
});

test('a draft outlives a lost session, and is never shown to the next person', () => {
  draftsOf('souad');
  writeDraft('one', 'reply', 'bonjour', 1);
  draftsOf('souad');
  expect(readDraft('one', 'reply')).toBe('bonjour');
  draftsOf('karim');
  expect(draftsExist()).toBe(false);
});

test('a draft that was sent leaves nothing behind', () => {
  writeDraft('one', 'reply', 'bonjour', 1);
  dropDrafts('one', ['reply', 'question']);
  expect(draftsExist()).toBe(false);
});

test('what is written never rests on a newer case than the person saw when they began, until they have looked again', () => {
  writeDraft('one', 'reply', 'b', 3);
  writeDraft('one', 'reply', 'bonjour', 4);
  writeDraft('one', 'note', 'n', 5);
  expect(seenVersion('one')).toBe(3);
  haveSeen('one', 5);
  expect(seenVersion('one')).toBe(5);
});

test('words begun after others were sent rest on the case as it is then', () => {
  writeDraft('one', 'reply', 'bonjour', 3);
  dropDrafts('one', ['reply']);
  haveSeen('one', 4);
  expect(seenVersion('one')).toBeUndefined();
  writeDraft('one', 'reply', 'encore', 6);
  expect(seenVersion('one')).toBe(6);
});

test('a case past its date says so until it is answered', () => {
  const legalDueDate = '2026-11-20';
  expect(dueOf({ status: 'assigned', legalDueDate }, '2026-11-21')).toEqual({ level: 'late', days: -1 });
  expect(dueOf({ status: 'assigned', legalDueDate }, '2026-11-20')).toEqual({ level: 'soon', days: 0 });
  expect(dueOf({ status: 'assigned', legalDueDate }, '2026-11-12')).toEqual({ level: 'calm', days: 8 });
  expect(dueOf({ status: 'resolved', legalDueDate }, '2026-12-20').level).toBe('answered');
});

const souad = { id: 'souad', role: 'operator' } as const;
const working = { status: 'in_progress', moves: ['assigned', 'in_triage', 'awaiting_citizen', 'referred', 'resolved', 'duplicate'] } as const;
const held = (id: string) => ({ ...working, moves: [...working.moves], assignedTo: { id, name: 'x' } });

test('an operator is never offered to answer a case that a colleague holds', () => {
  expect(allowedTo(souad, held('karim'))).toEqual({ claim: false, reply: false, resolve: false, other: [] });
});

test('the holder may answer, resolve, give back and redirect', () => {
  const expected = { claim: false, reply: true, resolve: true, other: ['release', 'assign', 'merge', 'in_triage', 'referred'] };
  expect(allowedTo(souad, held('souad'))).toEqual(expected);
  expect(allowedTo({ id: 'hassan', role: 'supervisor' }, held('souad'))).toEqual(expected);
});

test('a waiting case is taken by the button made for it, and an ended one is never answered', () => {
  expect(allowedTo(souad, { status: 'assigned', assignedTo: null, moves: ['in_triage', 'in_progress', 'withdrawn'] })).toEqual({
    claim: true, reply: false, resolve: false, other: ['assign', 'in_triage', 'withdrawn'],
  });
  expect(allowedTo(souad, { status: 'resolved', assignedTo: { id: 'souad', name: 'x' }, moves: [] }).reply).toBe(false);
});

test('a merged case can be taken out again, and nothing else', () => {
  expect(allowedTo(souad, { status: 'duplicate', assignedTo: null, moves: ['received', 'in_progress', 'resolved'] })).toEqual({ claim: false, reply: false, resolve: false, other: ['unmerge'] });
});

test('only a supervisor is offered to seal a case and to keep others from it, an operator to stay away, a partner nothing', () => {
  const [open, sealed] = [{ readers: null, events: [] }, { readers: [{ id: 'souad', name: 'x' }], events: [] }];
  expect(keepsOut({ role: 'supervisor' }, open)).toEqual({ seal: true, unseal: false, block: 'anybody' });
  expect(keepsOut({ role: 'supervisor' }, sealed)).toEqual({ seal: true, unseal: true, block: 'anybody' });
  expect(keepsOut(souad, sealed)).toEqual({ seal: false, unseal: false, block: 'oneself' });
  expect(keepsOut({ role: 'partner' }, open).block).toBe('nobody');
  expect(keepsOut({ role: 'supervisor' }, { ...sealed, events: [{ type: 'case.erased', at: '2026-11-20T10:00:00Z', actor: 'x', data: {} }] })).toEqual({ seal: false, unseal: false, block: 'nobody' });
});

test('texts are offered for a case of their own only where the server would let them go', () => {
  const texts = [{ id: 'm', at: '2026-11-20T10:00:00Z', direction: 'in', channel: 'sms', kind: 'follow_up', text: 'x', state: 'routed', errorCode: null, attempts: [], nextTryAt: null, author: null }] satisfies CaseDetail['messages'];
  const open = { messages: texts, attachments: [], readers: null, restricted: false };
  expect(splittable(open)).toEqual(texts);
  expect(splittable({ ...open, restricted: true })).toEqual([]);
  expect(splittable({ ...open, readers: [{ id: 'souad', name: 'x' }] })).toEqual([]);
});

test('the story of a case is in the order of life, and nothing is told twice', () => {
  const message = {
    id: 'm', at: '2026-11-20T10:00:00Z', direction: 'in', channel: 'sms', kind: 'narrative', text: 'x', state: 'routed',
    errorCode: null, attempts: [], nextTryAt: null, author: null,
  } satisfies CaseDetail['messages'][number];
  const fact = (type: string, at: string) => ({ type, at, actor: 'system', data: {} });
  const story = entriesOf({
    messages: [message],
    notes: [{ at: '2026-11-20T12:00:00Z', author: null, text: 'n' }],
    events: [fact('case.received', '2026-11-20T10:00:00Z'), fact('case.claimed', '2026-11-20T11:00:00.5Z'), fact('note.added', '2026-11-20T12:00:00Z'), fact('row.restated', '2026-11-20T12:00:00Z')],
  });
  expect(story.map(({ is, at }) => `${is} ${at.slice(11, 13)}`)).toEqual(['event 10', 'message 10', 'event 11', 'note 12']);
});

test('a reply is said to leave by what it leaves by: where they wrote on WhatsApp so, by SMS to a mobile, else on the page of their case', () => {
  const to = (channel: CaseDetail['channel'], phone?: string) => replyChannel({ channel, citizen: phone === undefined ? {} : { phone } });
  expect([to('whatsapp'), to('phone', '+2126****4445'), to('counter', '+2127****4445'), to('phone', '+2125****4445'), to('web')]).toEqual(['whatsapp', 'sms', 'sms', 'web', 'web']);
});
