import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGround, things, traceOf, type Ground } from './ground.ts';
import { sight } from './matrix.ts';
import { caseId, openRows, operator, type Rows } from './rows.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.app.close());

const merge = (who: 'operator' | 'supervisor', one: { id: string; version: number }, into: string, more: object = {}) =>
  ground.call(`POST /api/v1/staff/cases/${one.id}/merge`, ground.headersOf(who), { version: one.version, into, reason: 'نفس الموضوع', ...more });

/** FreeScout GHSA-v8vc-cmf9-gg2c, libredesk 406a2941: a merge asked for rights over the first object only. */
describe('a merge of two cases', () => {
  it('of which either is out of sight is refused, tells neither from a missing one, and changes nothing, whichever comes first', async () => {
    let cells = 0;
    for (const who of ['operator', 'supervisor'] as const)
      for (const hidden of things.filter((one) => !sight[who].includes(one))) {
        const [own, target] = [ground.thing('own'), ground.thing(hidden)];
        const missing = [traceOf(await merge(who, own, randomUUID())), traceOf(await merge(who, { id: randomUUID(), version: 1 }, own.id))];
        const before = await ground.fingerprint();
        const tried = [
          [await merge(who, own, target.id), missing[0]],
          [await merge(who, target, own.id), missing[1]],
          // What would be wrong with it, were it seen, does not tell that it is there.
          [await merge(who, own, target.id, { intoVersion: target.version + 7 }), missing[0]],
          [await merge(who, { ...own, version: own.version + 7 }, target.id), missing[0]],
          [await merge(who, target, target.id), missing[1]],
        ] as const;
        for (const [answer, as] of tried) {
          cells += 1;
          expect([who, hidden, answer.status, traceOf(answer)]).toEqual([who, hidden, 404, as]);
        }
        expect(await ground.fingerprint()).toBe(before);
      }
    expect(cells).toBeGreaterThan(40);
  });

  it('takes both where both are in sight, also into a restricted queue, and then shows each only to those who saw it', async () => {
    const [own, restricted] = [await ground.make('own'), await ground.make('restricted')];
    expect((await merge('operator', own, restricted.id)).status).toBe(404);
    expect((await merge('supervisor', own, restricted.id)).status).toBe(200);
    const read = (thing: { id: string }) => ground.call(`GET /api/v1/staff/cases/${thing.id}`, ground.headersOf('operator'));
    expect(await read(own)).toMatchObject({ status: 200, json: { status: 'duplicate', mergedInto: null } });
    expect((await read(own)).text).not.toContain(restricted.reference);
    expect((await read(restricted)).status).toBe(404);
  });

  it('is undone only by who sees the merged case', async () => {
    const [main, merged] = [await ground.make('restricted'), await ground.make('restricted')];
    expect((await merge('supervisor', merged, main.id)).status).toBe(200);
    const undo = (id: string) => ground.call(`POST /api/v1/staff/cases/${id}/unmerge`, ground.headersOf('operator'), { version: merged.version + 1, reason: 'لا' });
    const missing = traceOf(await undo(randomUUID()));
    const before = await ground.fingerprint();
    expect(traceOf(await undo(merged.id))).toBe(missing);
    expect(await ground.fingerprint()).toBe(before);
  });
});

describe('the second wall', () => {
  let rows: Rows;
  beforeAll(async () => {
    rows = await openRows();
  });
  afterAll(() => rows.close());

  it('writes no merge of which either case is out of sight, nor one in another person’s name', async () => {
    const [self, other] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];
    const insert = (from: string, into: string, by = self) =>
      rows.ask(operator, `insert into merges (case_id, into_id, former_status, merged_by, merged_at) values ('${from}', '${into}', 'assigned', '${by}', now())`);
    const own = caseId('own');
    for (const kind of ['restricted', 'foreign', 'foreign restricted', 'untriaged', 'referred bare'] as const satisfies Parameters<typeof caseId>[0][])
      expect([kind, await insert(own, caseId(kind)), await insert(caseId(kind), own)]).toEqual([kind, '42501', '42501']);
    expect(await insert(own, own, other)).toBe('42501');
    expect(await insert(own, own)).toMatchObject({ count: 1 });
  });
});
