import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settleMerges } from '#domain/merging/settling-merges.actions';
import { retain } from '#domain/rights/retention.actions';
import { openCentre, type Held } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const from = (name: string, phone: string, text: string) => ({ text, contact: { name, phone }, territory: { province: 'MA-SAL' } });
const fatima = from('فاطمة', '0661000201', 'توقف الدعم منذ شهرين، اسمي فاطمة');
const ali = from('علي', '0661000202', 'لم أتوصل بالدعم، اسمي علي');

const merge = (who: { cookie: string }, one: Held, into: { id: string }, more: object = {}) =>
  centre.act(who, one, 'merge', { version: one.version, into: into.id, reason: 'نفس الموضوع', ...more });
const unmerge = (who: { cookie: string }, one: { id: string }, version: number) => centre.act(who, one, 'unmerge', { version, reason: 'ليسا واحدا' });
const track = async ({ reference, code }: Held) => (await centre.app.post('/api/v1/track', { reference, code })).json;
const versionOf = async ({ id }: { id: string }): Promise<number> => (await centre.rows<{ version: number }>('select version from cases where id = $1', id))[0]?.version ?? 0;
const resolve = async (one: { id: string }, text = 'حُل المشكل يا فاطمة، رقم ملفك لدينا AZ-77-BY') =>
  centre.act(centre.chief, one, 'move', { version: await versionOf(one), to: 'resolved', outcome: 'granted', text });
const settle = ({ id }: { id: string }) => settleMerges(centre.app.deps.ctx, id);
/** Fatima's case goes on, Ali's is handled with it. */
const pair = async (): Promise<{ main: Held; merged: Held }> => {
  const [main, merged] = [await centre.held(centre.badr, fatima), await centre.held(centre.amal, ali)];
  expect((await merge(centre.amal, merged, main)).json).toMatchObject({ id: merged.id, status: 'duplicate', version: merged.version + 1, assignedTo: null });
  return { main, merged: { ...merged, version: merged.version + 1 } };
};

describe('a case that is merged', () => {
  it('whose citizen writes of danger puts the case that is worked on before all others, too', async () => {
    const { rows, app } = centre;
    const { main, merged } = await pair();
    expect((await app.post('/api/v1/track/messages', { reference: merged.reference, code: merged.code, text: 'راجلي كيضربني وكيهددني بالقتل' })).status).toBe(201);
    await settle(main);
    expect(await rows('select priority from cases where id in ($1, $2)', main.id, merged.id)).toEqual([{ priority: 1 }, { priority: 1 }]);
    // The phone may be read by others: nothing is sent to who wrote elsewhere.
    expect(await rows("select 1 from messages where kind = 'safety' and case_id in ($1, $2)", main.id, merged.id)).toEqual([]);
  });

  it('shows staff the other, keeps its own legal date, and tells neither citizen anything of the other', async () => {
    const { amal, detail, events, app } = centre;
    const { main, merged } = await pair();
    const [seenMain, seenMerged] = [await detail(amal, main), await detail(amal, merged)];
    expect(seenMerged).toMatchObject({ mergedInto: { id: main.id, reference: main.reference }, merged: [] });
    expect(seenMain).toMatchObject({ status: 'in_progress', version: main.version + 1, mergedInto: null, merged: [{ id: merged.id, reference: merged.reference }] });
    expect(seenMerged['deadlines']).toMatchObject([{ kind: 'legal', metAt: null }]);
    expect((await events(merged.id)).find(({ type }) => type === 'case.merged')?.data).toMatchObject({ from: 'in_progress', to: 'duplicate', into: main.id });
    expect((await events(main.id)).find(({ type }) => type === 'case.merged')?.data).toEqual({ merged: merged.id });
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    const told = JSON.stringify([await track(merged), (await app.post('/api/v1/track/readings', { reference: merged.reference, code: merged.code })).json]);
    for (const hidden of [main.id, main.reference, 'فاطمة', 'AZ-77-BY']) expect(told).not.toContain(hidden);
    const toldMain = JSON.stringify(await track(main));
    for (const hidden of [merged.id, merged.reference, 'علي']) expect(toldMain).not.toContain(hidden);
  });

  it('is told when the other is answered, once, in its citizen’s language; and measured until then', async () => {
    const { rows, clock } = centre;
    const { main, merged } = await pair();
    await settle(main);
    const state = async () => (await rows<{ resolved: string | null; met: string | null; outcome: string | null }>(
      "select c.resolved_at::text as resolved, d.met_at::text as met, c.outcome from cases c join deadlines d on d.case_id = c.id and d.kind = 'legal' where c.id = $1", merged.id))[0];
    expect(await state()).toEqual({ resolved: null, met: null, outcome: null });
    clock.advance(60_000);
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    await settle(main);
    expect(await state()).toMatchObject({ resolved: expect.any(String), met: expect.any(String), outcome: 'granted' });
    const seen = await track(merged);
    expect(seen).toMatchObject({ status: 'duplicate', messages: [{ from: 'citizen' }, { from: 'insat', text: expect.stringContaining('استُجيب للطلب') }] });
    expect(await rows("select 1 from messages where case_id = $1 and direction = 'out' and kind = 'resolution' and state = 'queued'", merged.id)).toHaveLength(1);
    // A sentence of the line's own is nobody's first reply, whatever becomes of it.
    expect(await rows('select first_reply_at from cases where id = $1', merged.id)).toEqual([{ first_reply_at: null }]);
  });

  it('waits again when the other is reopened, and is told again', async () => {
    const { app, rows } = centre;
    const { main, merged } = await pair();
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    expect((await app.post('/api/v1/track/reopen', { reference: main.reference, code: main.code })).status).toBeLessThan(300);
    await settle(main);
    expect(await rows('select 1 from cases where id = $1 and resolved_at is null and outcome is null', merged.id)).toHaveLength(1);
    await centre.act(centre.chief, main, 'claim', { version: await versionOf(main) });
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    expect(await rows("select 1 from messages where case_id = $1 and kind = 'resolution'", merged.id)).toHaveLength(2);
  });

  it('can still be written to, on the page and by text, and whoever works on the other is told that somebody wrote', async () => {
    const { app, events, rows } = centre;
    const { main, merged } = await pair();
    expect((await app.post('/api/v1/track/messages', { reference: merged.reference, code: merged.code, text: 'ما زلت أنتظر' })).status).toBe(201);
    expect(await centre.text('+212661000202', `${merged.reference} هل من جديد؟`)).toBe(merged.id);
    expect((await events(main.id)).filter(({ type }) => type === 'message.received').map(({ data }) => data)).toEqual([{ merged: merged.id }, { merged: merged.id }]);
    expect(await rows('select 1 from messages where case_id = $1 and kind = $2', merged.id, 'follow_up')).toHaveLength(2);
    expect(JSON.stringify(await track(main))).not.toContain('أنتظر');
  });

  it('is never lost with the other: where that is withdrawn, it goes back to where it was', async () => {
    const { app, amal, detail, events } = centre;
    const { main, merged } = await pair();
    expect((await app.post('/api/v1/track/withdraw', { reference: main.reference, code: main.code })).status).toBeLessThan(300);
    await settle(main);
    expect(await detail(amal, merged)).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' }, mergedInto: null });
    expect((await events(merged.id)).at(-2)).toMatchObject({ type: 'case.unmerged', data: { from: 'duplicate', to: 'in_progress' } });
  });

  it('is worked on, its citizen reads, until the other is answered: and is then rated, once', async () => {
    const { app } = centre;
    const { main, merged } = await pair();
    const rate = async () => (await app.post('/api/v1/track/feedback', { reference: merged.reference, code: merged.code, rating: 4, solved: true })).status;
    expect([(await track(merged))['nextStep'], await rate()]).toEqual(['we_work', 409]);
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    expect([(await track(merged))['nextStep'], await rate()]).toEqual(['you_rate', 201]);
    expect([(await track(merged))['nextStep'], await rate()]).toEqual(['nothing', 409]);
    expect(await track(merged)).toMatchObject({ status: 'duplicate' });
  });

  it('is not over until its citizen is told: before, neither at a request nor by its age is it erased', async () => {
    const { app, chief, rows, act } = centre;
    const { main, merged } = await pair();
    const erase = async () => (await act(chief, merged, 'erase', { version: await versionOf(merged), reason: 'citizen_asked' })).json['code'];
    // As old as can be.
    const erasedByAge = async () => {
      await retain(app.deps.ctx, { narrative: -1, raw: 30 }, { dryRun: false });
      return rows('select 1 from erasures where case_id = $1', merged.id);
    };
    expect([await erase(), await erasedByAge()]).toEqual(['not_over', []]);
    expect((await resolve(main)).status).toBe(200);
    expect([await erase(), await erasedByAge()]).toEqual(['not_over', []]);
    await settle(main);
    expect(await erasedByAge()).toHaveLength(1);
  });

  it('stays answered where the other is withdrawn after its answer', async () => {
    const { app, rows } = centre;
    const { main, merged } = await pair();
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    expect((await app.post('/api/v1/track/withdraw', { reference: main.reference, code: main.code })).status).toBeLessThan(300);
    await settle(main);
    expect(await rows("select 1 from cases where id = $1 and status = 'duplicate' and outcome = 'granted' and resolved_at is not null", merged.id)).toHaveLength(1);
  });
});

describe('a merge that is undone', () => {
  it('puts the case back where it was, into the hands that held it, and is written on both', async () => {
    const { amal, detail, events } = centre;
    const { main, merged } = await pair();
    expect((await unmerge(amal, merged, merged.version - 1)).json['code']).toBe('stale');
    expect((await unmerge(amal, merged, merged.version)).json).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' } });
    expect(await detail(amal, main)).toMatchObject({ merged: [] });
    expect((await events(main.id)).filter(({ type }) => type === 'case.unmerged').map(({ data }) => data)).toEqual([{ unmerged: merged.id }]);
    expect((await unmerge(amal, merged, await versionOf(merged))).json).toMatchObject({ status: 409, code: 'illegal_move' });
  });

  it('after the other was answered leaves the case without an answer, waiting', async () => {
    const { chief, rows } = centre;
    const { main, merged } = await pair();
    expect((await resolve(main)).status).toBe(200);
    await settle(main);
    expect((await unmerge(chief, merged, await versionOf(merged))).status).toBe(200);
    expect(await rows("select 1 from cases c join deadlines d on d.case_id = c.id and d.kind = 'legal' where c.id = $1 and c.status = 'in_progress' and c.resolved_at is null and d.met_at is null", merged.id)).toHaveLength(1);
  });

  it('works though the other has gone to another centre, and shows nothing of it', async () => {
    const { amal, chief, act, detail, events } = centre;
    const { main, merged } = await pair();
    expect((await act(chief, main, 'assign', { version: await versionOf(main), queue: 'general-06', reason: 'من اختصاصهم' })).status).toBe(200);
    expect(await detail(amal, merged)).toMatchObject({ mergedInto: null });
    expect((await unmerge(amal, merged, merged.version)).status).toBe(200);
    expect((await events(main.id)).at(-1)).toMatchObject({ type: 'case.unmerged' });
  });

  it('of a case that was referred brings it back to work: the body has it no more', async () => {
    const { amal, act, held, waiting } = centre;
    const [main, one] = [await waiting(fatima), await held(amal, ali)];
    await act(amal, one, 'refer', { version: one.version, to: 'anss', fields: [], reason: 'لكم' });
    expect((await merge(amal, { ...one, version: one.version + 1 }, main)).status).toBe(200);
    expect((await unmerge(amal, one, one.version + 2)).json).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' } });
  });
});

describe('a merge that is undone gives the case', () => {
  const asked = async (): Promise<Held> => {
    const { amal, act, held, waiting } = centre;
    const [main, one] = [await waiting(fatima), await held(amal, ali)];
    expect((await act(amal, one, 'reply', { version: one.version, text: 'في أي شهر؟', question: true })).json).toMatchObject({ status: 'awaiting_citizen' });
    expect((await merge(amal, { ...one, version: one.version + 1 }, main)).status).toBe(200);
    return one;
  };

  it('to work where its citizen has answered meanwhile, and else to the wait that it came from', async () => {
    const { amal, app } = centre;
    const [silent, heard] = [await asked(), await asked()];
    expect((await app.post('/api/v1/track/messages', { reference: heard.reference, code: heard.code, text: 'أكتوبر' })).status).toBe(201);
    expect((await unmerge(amal, silent, await versionOf(silent))).json).toMatchObject({ status: 'awaiting_citizen', assignedTo: { name: 'Test amal' } });
    expect((await unmerge(amal, heard, await versionOf(heard))).json).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' } });
  });

  it.each([
    ['left', 'active = false'],
    ['gone to another centre', "centre_id = 'centre-06'"],
    ['become a partner’s', "role = 'partner', centre_id = null, organisation_id = 'anss'"],
  ])('to its queue, in nobody’s hands, where who held it has %s', async (_, change) => {
    const { amal, app, held, waiting, rows, events } = centre;
    const login = `holder-${change.length}`;
    const [main, one] = [await waiting(fatima), await held(await app.as('operator', 'centre-04', login), ali)];
    expect((await merge(centre.chief, one, main)).status).toBe(200);
    expect(await rows(`update staff set ${change} where login = $1 returning 1`, login)).toHaveLength(1);
    expect((await unmerge(amal, one, one.version + 1)).json).toMatchObject({ status: 'assigned', assignedTo: null });
    expect((await events(one.id)).at(-1)).toMatchObject({ type: 'case.released', data: { to: 'assigned' } });
    expect(await rows('select 1 from assignments where case_id = $1 and to_at is null', one.id)).toEqual([]);
  });
});

describe('merging', () => {
  it('makes no chain and no ring, and takes nothing that ended unanswered', async () => {
    const { amal, app, waiting } = centre;
    const { main, merged } = await pair();
    const other = await waiting(ali);
    expect((await merge(amal, other, merged)).json).toMatchObject({ status: 409, code: 'not_mergeable', errors: [{ path: 'into', code: 'duplicate' }] });
    expect((await merge(centre.badr, { ...main, version: main.version + 1 }, other)).json).toMatchObject({ code: 'not_mergeable', errors: [{ path: 'id', code: 'has_merged' }] });
    expect((await merge(amal, other, other)).json).toMatchObject({ status: 400, errors: [{ path: 'into', code: 'same_case' }] });
    expect((await merge(amal, merged, other)).json['code']).toBe('illegal_move');
    await app.post('/api/v1/track/withdraw', { reference: other.reference, code: other.code });
    expect((await merge(amal, await waiting(ali), other)).json).toMatchObject({ code: 'not_mergeable', errors: [{ path: 'into', code: 'withdrawn' }] });
  });

  it('checks both versions, where both are named, and leaves alone what somebody else holds', async () => {
    const { amal, badr, held, waiting } = centre;
    const [main, one] = [await waiting(fatima), await held(badr, ali)];
    expect((await merge(badr, one, main, { intoVersion: main.version + 1 })).json['code']).toBe('stale');
    expect((await merge(badr, { ...one, version: one.version + 1 }, main)).json['code']).toBe('stale');
    expect((await merge(amal, one, main)).json['code']).toBe('taken');
    expect((await merge(badr, one, main, { intoVersion: main.version })).status).toBe(200);
  });

  it('the two ways round at the same instant ends with one merge, never a ring, a deadlock or a fault (40 pairs)', async () => {
    const { amal, badr, waiting, rows } = centre;
    for (let i = 0; i < 40; i += 1) {
      const [a, b] = [await waiting(fatima), await waiting(ali)];
      const answers = await Promise.all([merge(amal, a, b), merge(badr, b, a)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      expect(await rows('select 1 from merges where case_id = any($1::uuid[])', `{${a.id},${b.id}}`)).toHaveLength(1);
    }
  }, 60_000);

  it('of many into one, undone and answered at the same instant leaves every case either merged and told, or where it was', async () => {
    const { amal, chief, waiting, rows } = centre;
    const main = await waiting(fatima);
    const ones = await Promise.all(Array.from({ length: 8 }, () => waiting(ali)));
    expect((await Promise.all(ones.map((one) => merge(amal, one, main)))).map(({ status }) => status)).toEqual(ones.map(() => 200));
    await centre.act(chief, main, 'claim', { version: await versionOf(main) });
    const undone = ones.slice(0, 4);
    // Told first of the answer, it is another version.
    const undo = async (one: Held) => {
      const answer = await unmerge(amal, one, one.version + 1);
      return answer.json['code'] === 'stale' ? unmerge(amal, one, await versionOf(one)) : answer;
    };
    const [answered, ...undoing] = await Promise.all([resolve(main), ...undone.map(undo), settle(main).then(() => ({ status: 200 }))]);
    expect(undoing.map(({ status }) => status)).toEqual(undoing.map(() => 200));
    // Its version may have moved meanwhile.
    if (answered?.status !== 200) expect((await resolve(main)).status).toBe(200);
    await settle(main);
    const left = await rows<{ status: string; told: boolean }>('select status, resolved_at is not null as told from cases where id = any($1::uuid[])', `{${ones.map(({ id }) => id).join(',')}}`);
    expect(left.filter(({ status, told }) => (status === 'duplicate') !== told)).toEqual([]);
    expect(left.filter(({ status }) => status === 'duplicate')).toHaveLength(4);
  });
});
