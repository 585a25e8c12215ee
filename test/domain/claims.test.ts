import { afterAll, describe, expect, it } from 'vitest';
import { openCentre, type Held } from '../support/centre.ts';

const { app, amal, badr, chief, rows, waiting, held, act, next } = await openCentre();
afterAll(() => app.close());

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
