import { afterAll, describe, expect, it } from 'vitest';
import { statuses } from '#contract/words';
import { openCentre, type Cookie } from '../support/centre.ts';

const { app, clock, amal, badr, chief, rows, waiting, held, act, detail, events, statusOf } = await openCentre();
afterAll(() => app.close());

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

  it('no link is ever sent by SMS, and the operator is told why', async () => {
    const one = await held(amal, { contact: { phone: '0661 00 09 99' } });
    for (const text of ['انظروا https://asd.ma', 'www.exemple.org', 'voir asd.ma', 'bit.com/x'])
      expect((await act(amal, one, 'reply', { version: one.version, text })).json, text).toMatchObject({ status: 400, code: 'link_in_sms' });
    expect((await act(amal, one, 'reply', { version: one.version, text: 'الجواب غدا. على الساعة 10.30' })).status).toBe(200);
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

  it('a text or an outcome is never taken with a move that answers nothing', async () => {
    const one = await held(amal);
    const { version } = one;
    for (const stray of [{ text: 'told' }, { outcome: 'granted' }, { text: 'told', outcome: 'granted' }]) {
      const errors = Object.keys(stray).map((path) => ({ path, code: 'unexpected' }));
      expect((await act(amal, one, 'move', { version, to: 'in_triage', reason: 'to the court', ...stray })).json).toMatchObject({ status: 400, code: 'invalid', errors });
    }
    expect(await detail(amal, one)).toMatchObject({ version, status: 'in_progress' });
    expect(await rows("select 1 from messages where case_id = $1 and kind = 'resolution'", one.id)).toEqual([]);
  });

  it('a reopened case is never counted as resolved, and waits in its queue again', async () => {
    const one = await held(amal);
    await act(amal, one, 'move', { version: one.version, to: 'resolved', outcome: 'granted', text: 'done' });
    const reopened = await act(chief, one, 'move', { version: one.version + 1, to: 'in_triage', reason: 'it was not' });
    expect(reopened.json).toMatchObject({ status: 'assigned', queue: 'general-04', assignedTo: null });
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
