import { afterAll, describe, expect, it } from 'vitest';
import { statuses, type Role, type Status } from '#contract/words';
import { legalMoves, type Mover } from '#domain/cases/cases.rules';
import { openCentre, type Cookie, type Held } from '../support/centre.ts';

const { app, amal, badr, chief, rows, waiting, held, act, next, text } = await openCentre();
afterAll(() => app.close());

/** Makes the moves one after another, as `who`, and gives the last answer. */
const moved = async (who: Cookie, one: Held, ...moves: Record<string, unknown>[]): Promise<Record<string, unknown>> => {
  let { version } = one;
  let last: Record<string, unknown> = {};
  for (const move of moves) {
    const answer = await act(who, one, 'move', { version, ...move });
    expect([move, answer.status]).toEqual([move, 200]);
    version += 1;
    last = answer.json;
  }
  return last;
};
const steps = (id: string) =>
  rows<{ from: string; to: string; who: string }>(
    "select data->>'from' as from, data->>'to' as to, actor_kind as who from events where case_id = $1 and type = 'case.moved' order by id", id);
const idOf = async (who: Cookie): Promise<unknown> => (await app.get('/api/v1/staff/me', who)).json['id'];

describe('a case that comes back', () => {
  it('from spam is never left where nobody takes it: it waits in its queue again', async () => {
    const one = await waiting();
    const restored = await moved(amal, one, { to: 'in_triage', reason: 'odd' }, { to: 'spam', reason: 'an advertisement' }, { to: 'received', reason: 'it was none' });
    expect(restored).toMatchObject({ status: 'assigned', queue: 'general-04' });
    expect((await steps(one.id)).slice(-2)).toEqual([
      { from: 'spam', to: 'received', who: 'staff' },
      { from: 'received', to: 'assigned', who: 'system' },
    ]);
    expect((await next(badr)).json).toMatchObject({ id: one.id });
  });

  it('reopened by staff waits in its queue again, as it does for a citizen', async () => {
    const one = await held(amal);
    const reopened = await moved(amal, one, { to: 'resolved', outcome: 'granted', text: 'done' }, { to: 'in_triage', reason: 'she called: nothing came' });
    expect(reopened).toMatchObject({ status: 'assigned', queue: 'general-04', assignedTo: null });
    expect((await steps(one.id)).slice(-2)).toEqual([
      { from: 'resolved', to: 'in_triage', who: 'staff' },
      { from: 'in_triage', to: 'assigned', who: 'system' },
    ]);
    expect((await next(badr)).json).toMatchObject({ id: one.id });
  });

  it('sent back as wrongly routed never returns to that queue by itself', async () => {
    const [free, taken] = [await waiting(), await held(amal)];
    for (const one of [free, taken]) expect(await moved(amal, one, { to: 'in_triage', reason: 'of another centre' })).toMatchObject({ status: 'in_triage', assignedTo: null });
    expect((await next(badr)).status).toBe(204);
    const sent = await act(amal, free, 'assign', { version: free.version + 1, queue: 'general-06', reason: 'of Casablanca' });
    expect([sent.status, await rows('select status, queue_id from cases where id = $1', free.id)]).toEqual([200, [{ status: 'assigned', queue_id: 'general-06' }]]);
  });
});

describe('a case that a supervisor hands over', () => {
  const hand = async (one: Held, operator: unknown) => (await act(chief, one, 'assign', { version: one.version, operator, reason: 'yours' })).status;

  it('never comes into hands that may not work it, or do not see it', async () => {
    const partner = await app.as('partner', 'centre-04');
    const elsewhere = await app.as('operator', 'centre-06', 'elsewhere');
    const one = await waiting();
    for (const who of [partner, elsewhere]) expect(await hand(one, await idOf(who))).toBe(404);
    const accusation = await waiting({ text: 'طلب مني الموظف رشوة باش يدوز الملف ديالي، أنا فالرباط.' });
    expect(await hand(accusation, await idOf(amal))).toBe(404);
    expect(await rows('select 1 from assignments where case_id in ($1, $2)', one.id, accusation.id)).toEqual([]);
    expect([await hand(one, await idOf(amal)), await hand(accusation, await idOf(chief))]).toEqual([200, 200]);
  });
});

it('no case ever moves but along the table, whoever or whatever moved it', async () => {
  const phone = '+212663300001';
  const one = await held(amal, { contact: { phone } });
  expect((await act(amal, one, 'reply', { version: one.version, text: 'which month?', question: true })).status).toBe(200);
  expect(await text(phone, 'in October')).toBe(one.id);
  await moved(amal, { ...one, version: one.version + 2 }, { to: 'resolved', outcome: 'granted', text: 'done' });
  expect((await app.post('/api/v1/track/reopen', { reference: one.reference, code: one.code })).status).toBe(200);
  expect((await next(badr)).json).toMatchObject({ id: one.id });
  const all = await rows<{ from: Status; to: Status; who: Mover | 'staff'; role: Role | null }>(
    "select e.data->>'from' as from, e.data->>'to' as to, e.actor_kind as who, s.role from events e left join staff s on s.id = e.actor_id where e.data->>'from' <> e.data->>'to'");
  expect(new Set(all.flatMap(({ who }) => who))).toEqual(new Set(['staff', 'system', 'citizen']));
  for (const { from, to, who, role } of all) expect([from, statuses.filter((status) => status === to), legalMoves(from, who === 'staff' ? (role ?? 'observer') : who)]).toEqual([from, [to], expect.arrayContaining([to])]);
});
