import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statuses } from '#contract/words';
import { system } from '#db/actor';
import { routeMessage } from '#domain/messages/inbound.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { filing, line, startApp, testClock, type Answer, type TestApp } from '../support/app.ts';

type Cookie = { cookie: string };
type Held = { id: string; version: number };

const clock = testClock();
let app: TestApp;
let amal: Cookie;
let badr: Cookie;
let chief: Cookie;
beforeAll(async () => {
  app = await startApp({ clock });
  amal = await app.as('operator', 'centre-04', 'amal');
  badr = await app.as('operator', 'centre-04', 'badr');
  chief = await app.as('supervisor', 'centre-04', 'chief');
});
afterAll(() => app.close());

const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));

/** A case in the general queue of centre-04, triaged and waiting. */
const waiting = async (more: Record<string, unknown> = {}): Promise<Held & { reference: string; code: string }> => {
  const { reference, code } = (await app.post('/api/v1/cases', filing(more))).json as { reference: string; code: string };
  const [found] = await rows<{ id: string }>('select id from cases where reference = $1', reference);
  if (!found) throw new Error('the case is not there');
  await triageCase(app.deps.ctx, found.id);
  return { id: found.id, version: 2, reference, code };
};
const act = (who: Cookie, { id }: { id: string }, verb: string, body: Record<string, unknown>): Promise<Answer> =>
  app.post(`/api/v1/staff/cases/${id}/${verb}`, body, who);
const held = async (who: Cookie, more: Record<string, unknown> = {}): Promise<Held & { reference: string; code: string }> => {
  const one = await waiting(more);
  expect((await act(who, one, 'claim', { version: one.version })).status).toBe(200);
  return { ...one, version: one.version + 1 };
};
const next = (who: Cookie, queue = 'general-04'): Promise<Answer> => app.post(`/api/v1/staff/queues/${queue}/next`, {}, who);
const detail = async (who: Cookie, { id }: { id: string }) => (await app.get(`/api/v1/staff/cases/${id}`, who)).json;
const events = (id: string) => rows<{ type: string; data: Record<string, unknown> }>('select type, data from events where case_id = $1 order by id', id);
const statusOf = async (who: Cookie, one: { id: string }) => (await detail(who, one))['status'];

describe('taking a case', () => {
  it('fifty callers of next on fifty cases never get the same one', async () => {
    for (let i = 0; i < 50; i += 1) await waiting();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => next(i % 2 === 0 ? amal : badr)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ json }) => json['id'])).size).toBe(50);
    expect((await next(amal)).status).toBe(204);
  });

  it('two operators never hold one case, however closely they reach for it', async () => {
    const one = await waiting();
    const claims = await Promise.all(Array.from({ length: 12 }, (_, i) => act(i % 2 === 0 ? amal : badr, one, 'claim', { version: one.version })));
    expect(claims.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, json } of claims.filter((claim) => claim.status !== 200)) {
      expect(status).toBe(409);
      expect(['taken', 'stale']).toContain(json['code']);
    }
    expect(await rows('select id from assignments where case_id = $1', one.id)).toHaveLength(1);
    const late = await act(badr, one, 'claim', { version: one.version + 1 });
    expect(late.json).toMatchObject({ code: 'taken' });
  });

  it('next never passes over the more urgent case, nor among equals the one whose legal date comes first', async () => {
    const [third, first, fourth, second] = [await waiting(), await waiting(), await waiting(), await waiting()];
    const place = (one: Held, priority: number, due: string) =>
      rows(`update cases set priority = ${priority}, legal_due_date = $1 where id = $2`, due, one.id);
    await place(first, 1, '2027-01-20');
    await place(second, 2, '2027-01-10');
    await place(third, 2, '2027-01-15');
    await place(fourth, 3, '2026-11-01');
    const order = [];
    for (let i = 0; i < 4; i += 1) order.push((await next(amal)).json['id']);
    expect(order).toEqual([first, second, third, fourth].map(({ id }) => id));
  });

  it('a released case can be taken again, by anybody of the centre', async () => {
    const one = await held(amal);
    expect((await act(badr, one, 'release', { version: one.version, reason: 'not mine' })).json).toMatchObject({ code: 'taken' });
    expect((await act(amal, one, 'release', { version: one.version, reason: 'end of shift' })).json).toMatchObject({ status: 'assigned', assignedTo: null });
    expect((await next(badr)).json).toMatchObject({ id: one.id, assignedTo: { name: 'Test badr' } });
  });

  it('a case never runs without a holder: who moves it into work holds it', async () => {
    const one = await waiting();
    const moved = await act(amal, one, 'move', { version: one.version, to: 'in_progress' });
    expect(moved.json).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' } });
    expect(await rows('select id from assignments where case_id = $1 and to_at is null', one.id)).toHaveLength(1);
  });

  it('a queue of another centre, or for supervisors only, is never worked by an operator', async () => {
    expect((await next(amal, 'general-06')).status).toBe(404);
    expect((await next(amal, 'integrity-04')).status).toBe(404);
    expect((await next(chief, 'integrity-04')).status).toBe(204);
  });
});

describe('working a case', () => {
  it('no action is taken on a version that is not the latest', async () => {
    const one = await held(amal);
    await act(amal, one, 'note', { version: one.version, text: 'a colleague was faster' });
    const before = await events(one.id);
    const { version } = one;
    const attempts: [string, Record<string, unknown>][] = [
      ['claim', {}], ['release', { reason: 'x' }], ['assign', { queue: 'general-06', reason: 'x' }],
      ['reply', { text: 'x' }], ['note', { text: 'x' }], ['move', { to: 'resolved', outcome: 'granted', text: 'x' }],
    ];
    for (const [verb, body] of attempts) expect((await act(amal, one, verb, { version, ...body })).json, verb).toMatchObject({ status: 409, code: 'stale' });
    expect(await events(one.id)).toEqual(before);
    expect(await detail(amal, one)).toMatchObject({ version: version + 1, status: 'in_progress' });
  });

  it('only the holder replies: nobody speaks to a citizen beside or before the one who has the case', async () => {
    const free = await waiting();
    expect((await act(amal, free, 'reply', { version: free.version, text: 'hello' })).json).toMatchObject({ code: 'claim_first' });
    const one = await held(amal);
    expect((await act(badr, one, 'reply', { version: one.version, text: 'hello' })).json).toMatchObject({ code: 'taken' });
    expect(await rows("select id from messages where direction = 'out' and author_id is not null and case_id in ($1, $2)", free.id, one.id)).toEqual([]);
  });

  it('every action makes one version and writes its event in the same transaction', async () => {
    const one = await waiting();
    let { version } = one;
    const steps: [Cookie, string, Record<string, unknown>, string][] = [
      [amal, 'claim', {}, 'case.claimed'], [amal, 'note', { text: 'n' }, 'note.added'], [amal, 'reply', { text: 'r' }, 'message.queued'],
      [amal, 'reply', { text: 'q?', question: true }, 'case.moved'], [amal, 'move', { to: 'in_progress' }, 'case.moved'],
      [amal, 'release', { reason: 'x' }, 'case.released'], [amal, 'assign', { queue: 'general-04', reason: 'x' }, 'case.assigned'],
      [badr, 'claim', {}, 'case.claimed'], [badr, 'move', { to: 'resolved', outcome: 'informed', text: 't' }, 'case.moved'],
    ];
    for (const [who, verb, body, type] of steps) {
      const answer = await act(who, one, verb, { version, ...body });
      expect([verb, answer.status, answer.json['version']]).toEqual([verb, 200, version + 1]);
      version += 1;
      const [last] = await rows(
        'select e.type, e.xmin::text = c.xmin::text as together from events e join cases c on c.id = e.case_id where c.id = $1 order by e.id desc limit 1',
        one.id,
      );
      expect([verb, last]).toEqual([verb, { type, together: true }]);
    }
  });

  it('an illegal move is refused with the legal ones named, and changes nothing', async () => {
    const one = await held(amal);
    const { moves, version } = (await detail(amal, one)) as { moves: string[]; version: number };
    expect(moves.length).toBeGreaterThan(3);
    for (const to of statuses.filter((status) => !moves.includes(status)))
      expect((await act(amal, one, 'move', { version, to, reason: 'x', outcome: 'granted', text: 'x' })).json, to).toMatchObject({
        status: 409, code: 'illegal_move', legal: moves,
      });
    expect(await detail(amal, one)).toMatchObject({ version, status: 'in_progress' });
  });

  it('a case is never resolved without an outcome and a text that the citizen is told', async () => {
    const one = await held(amal);
    const { version } = one;
    for (const half of [{ outcome: 'granted' }, { text: 'told' }, {}]) {
      const answer = await act(amal, one, 'move', { version, to: 'resolved', ...half });
      expect(answer.json).toMatchObject({ status: 409, code: 'condition_unmet' });
      expect(answer.json['legal']).toContain('resolved');
    }
    expect((await act(amal, one, 'move', { version, to: 'resolved', outcome: 'granted', text: '  ' })).status).toBe(400);
    expect(await statusOf(amal, one)).toBe('in_progress');
  });

  it('a reopened case is never counted as resolved', async () => {
    const one = await held(amal);
    await act(amal, one, 'move', { version: one.version, to: 'resolved', outcome: 'granted', text: 'done' });
    const reopened = await act(chief, one, 'move', { version: one.version + 1, to: 'in_triage', reason: 'it was not' });
    expect(reopened.json).toMatchObject({ status: 'in_triage', assignedTo: null });
    expect(await rows('select resolved_at, resolved_on::text, outcome from cases where id = $1', one.id)).toEqual([{ resolved_at: null, resolved_on: null, outcome: null }]);
    expect((await detail(chief, one))['deadlines']).toMatchObject([{ kind: 'legal', metAt: null }]);
  });

  it('a case found inadmissible, and told so, is an answered one and waits no longer', async () => {
    const { id } = await waiting();
    await act(chief, { id }, 'move', { version: 2, to: 'in_triage', reason: 'x' });
    const bare = await act(chief, { id }, 'move', { version: 3, to: 'inadmissible', reason: 'not a matter of the line' });
    expect(bare.json).toMatchObject({ code: 'condition_unmet' });
    await act(chief, { id }, 'move', { version: 3, to: 'inadmissible', reason: 'not a matter of the line', text: 'see the court' });
    expect(await rows('select resolved_on::text, first_reply_at is not null as told from cases where id = $1', id)).toEqual([{ resolved_on: '2026-11-22', told: true }]);
  });

  it('an appeal is never heard twice, nor a case reopened for good: the table asks staff what it asks citizens', async () => {
    const one = await held(amal);
    let { version } = one;
    const move = async (who: Cookie, to: string, more: Record<string, unknown> = { reason: 'x' }) => {
      const answer = await act(who, one, 'move', { version, to, ...more });
      if (answer.status === 200) version += 1;
      return answer.json;
    };
    expect(await move(amal, 'under_appeal')).toMatchObject({ code: 'condition_unmet' });
    await move(amal, 'resolved', { outcome: 'refused', text: 'no' });
    expect(await move(amal, 'under_appeal')).toMatchObject({ status: 'under_appeal' });
    expect(await move(chief, 'closed')).toMatchObject({ status: 'closed' });
    expect(await move(amal, 'under_appeal')).toMatchObject({ code: 'condition_unmet' });
    await rows("update cases set resolved_at = resolved_at - interval '61 days' where id = $1", one.id);
    expect(await move(amal, 'in_triage')).toMatchObject({ code: 'condition_unmet' });
  });

  it('the history of who held a case has no gap and no overlap', async () => {
    const { id: badrId } = (await app.get('/api/v1/staff/me', badr)).json;
    const one = await waiting();
    let { version } = one;
    const step = async (who: Cookie, verb: string, body: Record<string, unknown>) => {
      clock.advance(60_000);
      expect([verb, (await act(who, one, verb, { version, ...body })).status]).toEqual([verb, 200]);
      version += 1;
    };
    await step(amal, 'claim', {});
    await step(chief, 'assign', { operator: badrId, reason: 'amal is on leave' });
    await step(badr, 'reply', { text: 'which month?', question: true });
    await step(badr, 'move', { to: 'in_progress' });
    await step(badr, 'release', { reason: 'x' });
    await step(amal, 'claim', {});
    await step(amal, 'move', { to: 'resolved', outcome: 'informed', text: 'told' });
    const { assignments } = (await detail(amal, one)) as { assignments: { operator: string; from: string; to: string }[] };
    expect(assignments.map(({ operator }) => operator)).toEqual(['Test amal', 'Test badr', 'Test amal']);
    expect(assignments[0]?.to).toBe(assignments[1]?.from);
    const moved = await rows<{ at: string }>("select at from events where case_id = $1 and type in ('case.claimed', 'case.released') order by id", one.id);
    const [claimed, released, again] = moved.map(({ at }) => new Date(at).toISOString());
    expect([assignments[0]?.from, assignments[1]?.to, assignments[2]?.from]).toEqual([claimed, released, again]);
    expect(assignments[2]?.to).toBe(clock.now().toISOString());
  });
});

describe('a question to the citizen', () => {
  const phone = '+212663000001';
  const asked = async (more: Record<string, unknown> = {}) => {
    const one = await held(amal, more);
    const answer = await act(amal, one, 'reply', { version: one.version, text: 'which month?', question: true });
    expect(answer.json).toMatchObject({ status: 'awaiting_citizen', assignedTo: { name: 'Test amal' } });
    return one;
  };
  const text = async (from: string) => {
    await app.fake.receiveFromHandset({ from, to: line, text: 'in October' });
    const received = await rows<{ id: string }>("select id from messages where state = 'received'");
    for (const { id } of received) await routeMessage(app.deps.ctx, id);
  };

  it('stops waiting at a message from the tracking page, and the same person goes on', async () => {
    const one = await asked();
    await app.post('/api/v1/track/messages', { reference: one.reference, code: one.code, text: 'in October' });
    expect(await detail(amal, one)).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' } });
  });

  it('is answered by a text, even weeks later and with another case open on the same phone', async () => {
    const one = await asked({ contact: { phone } });
    await rows("update cases set received_at = received_at - interval '40 days' where id = $1", one.id);
    await rows("update messages set created_at = created_at - interval '30 days' where case_id = $1", one.id);
    const other = await waiting({ contact: { phone } });
    await text(phone);
    expect(await statusOf(amal, one)).toBe('in_progress');
    expect(await statusOf(amal, other)).toBe('assigned');
    expect(await rows("select 1 from cases c join contact_points p on p.id = c.contact_point_id where p.value = $1", phone)).toHaveLength(2);
  });
});
