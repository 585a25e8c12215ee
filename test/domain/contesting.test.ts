import { afterAll, beforeAll, expect, it } from 'vitest';
import { settleMerges } from '#domain/merging/settling-merges.actions';
import { openCentre, type Held } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const from = (name: string, phone: string) => ({ text: `لم أتوصل بالدعم، اسمي ${name}`, contact: { name, phone }, territory: { province: 'MA-SAL' } });
const versionOf = async ({ id }: { id: string }): Promise<number> => (await centre.rows<{ version: number }>('select version from cases where id = $1', id))[0]?.version ?? 0;
const track = async ({ reference, code }: Held) => (await centre.app.post('/api/v1/track', { reference, code })).json;
const ask = (what: string, { reference, code }: Held, more: object = {}) => centre.app.post(`/api/v1/track/${what}`, { reference, code, ...more });
const settle = ({ id }: { id: string }) => settleMerges(centre.app.deps.ctx, id);
const resolve = async (one: { id: string }) =>
  expect((await centre.act(centre.chief, one, 'move', { version: await versionOf(one), to: 'resolved', outcome: 'granted', text: 'صُرف المبلغ' })).status).toBe(200);
const merge = async (who: { cookie: string }, one: Held, into: { id: string }) =>
  expect((await centre.act(who, one, 'merge', { version: await versionOf(one), into: into.id, reason: 'نفس الموضوع' })).status).toBe(200);
/** Fatima's case goes on, Ali's is handled with it. */
const pair = async (): Promise<{ main: Held; merged: Held }> => {
  const [main, merged] = [await centre.held(centre.badr, from('فاطمة', '0661000301')), await centre.held(centre.amal, from('علي', '0661000302'))];
  await merge(centre.amal, merged, main);
  return { main, merged };
};
const answered = async () => {
  const two = await pair();
  await resolve(two.main);
  await settle(two.main);
  return two;
};
const told = async ({ id }: { id: string }) => (await centre.events(id)).filter(({ type }) => type === 'case.contested' || type === 'case.unmerged');

it('the citizen of a merged case withdraws it, which leaves the other as it is, and is told nothing more', async () => {
  const { main, merged } = await pair();
  expect((await ask('withdraw', merged)).json).toEqual({ status: 'withdrawn' });
  expect(await track(main)).toMatchObject({ status: 'in_progress' });
  expect(await told(main)).toMatchObject([{ type: 'case.unmerged', data: { unmerged: merged.id } }]);
  await resolve(main);
  await settle(main);
  expect(await track(merged)).toMatchObject({ status: 'withdrawn', messages: [{ from: 'citizen' }] });
});

it('reopens it by itself after the answer: it comes to those who gave that, each with a link to the other, and neither citizen learns of the other', async () => {
  const { badr, chief, act, detail } = centre;
  const { main, merged } = await answered();
  expect(await ask('reopen', merged, { reason: 'لم يصلني أنا شيء' })).toMatchObject({ status: 200, json: { status: 'assigned' } });
  await settle(main);
  expect(await detail(badr, main)).toMatchObject({ status: 'resolved', merged: [], contestedBy: [{ id: merged.id, reference: merged.reference }] });
  expect(await detail(badr, merged)).toMatchObject({ mergedInto: null, contests: { id: main.id, reference: main.reference }, outcome: null, deadlines: [{ kind: 'legal', metAt: null }] });
  const [mine, theirs] = [JSON.stringify(await track(merged)), JSON.stringify(await track(main))];
  for (const hidden of [main.id, main.reference, 'فاطمة']) expect(mine).not.toContain(hidden);
  for (const hidden of [merged.id, merged.reference, 'علي', 'لم يصلني']) expect(theirs).not.toContain(hidden);
  expect((await act(chief, merged, 'claim', { version: await versionOf(merged) })).status).toBe(200);
  await resolve(merged);
  expect(await track(merged)).toMatchObject({ status: 'resolved', nextStep: 'you_rate' });
});

it('reaches the other centre where the other case was answered there, and is no more in the old one', async () => {
  const { amal, chief, act, app, next } = centre;
  const { main, merged } = await pair();
  expect((await act(chief, main, 'assign', { version: await versionOf(main), queue: 'general-06', reason: 'من اختصاصهم' })).status).toBe(200);
  const elsewhere = await app.as('operator', 'centre-06', 'omar');
  expect((await next(elsewhere, 'general-06')).json).toMatchObject({ id: main.id });
  expect((await act(elsewhere, main, 'move', { version: await versionOf(main), to: 'resolved', outcome: 'granted', text: 'صُرف المبلغ' })).status).toBe(200);
  await settle(main);
  expect((await ask('reopen', merged)).status).toBe(200);
  expect((await next(elsewhere, 'general-06')).json).toMatchObject({ id: merged.id });
  expect((await app.get(`/api/v1/staff/cases/${merged.id}`, amal)).status).toBe(404);
});

it('never follows the other into a sealed place', async () => {
  const { amal, chief, act, detail } = centre;
  const { main, merged } = await pair();
  expect((await act(chief, main, 'assign', { version: await versionOf(main), queue: 'integrity-04', reason: 'شبهة' })).status).toBe(200);
  await act(chief, main, 'claim', { version: await versionOf(main) });
  await resolve(main);
  await settle(main);
  expect((await ask('reopen', merged)).json).toEqual({ status: 'assigned' });
  expect(await detail(amal, merged)).toMatchObject({ queue: 'general-04', contests: null });
  expect(await detail(chief, main)).toMatchObject({ contestedBy: [{ id: merged.id }] });
});

it('appeals the answer once, and the supervisor decides; the other case stays answered', async () => {
  const { chief, act } = centre;
  const { main, merged } = await answered();
  expect((await ask('appeal', merged, { reason: 'الجواب غير صحيح' })).json).toEqual({ status: 'under_appeal' });
  expect(await told(main)).toMatchObject([{ type: 'case.contested', data: { contested: merged.id } }]);
  expect((await act(chief, merged, 'move', { version: await versionOf(merged), to: 'closed', reason: 'مؤكد' })).status).toBe(200);
  expect((await ask('appeal', merged)).json).toMatchObject({ code: 'condition_unmet' });
  expect(await track(main)).toMatchObject({ status: 'resolved' });
});

it('reopens it by a word in a text', async () => {
  const { merged } = await answered();
  await centre.text('+212661000302', `اعادة فتح ${merged.reference}`);
  expect(await track(merged)).toMatchObject({ status: 'assigned' });
});

it('at the same instant as the answer, or as the merge is undone, ends in one of the two, never between or in a deadlock (20 rounds)', async () => {
  for (let i = 0; i < 20; i += 1) {
    const { main, merged } = await pair();
    await resolve(main);
    const version = await versionOf(merged);
    const [left] = await Promise.all([
      ask('withdraw', merged),
      settle(main),
      ...(i % 2 ? [centre.act(centre.amal, merged, 'unmerge', { version, reason: 'ليسا واحدا' })] : []),
    ]);
    expect(left.status).toBe(200);
    const [row] = await centre.rows('select status, (select count(*)::int from merges where case_id = cases.id) as merges from cases where id = $1', merged.id);
    expect(row).toEqual({ status: 'withdrawn', merges: 0 });
  }
}, 60_000);

it('is told what may be done while the other is worked on, and appeals the silence once the legal date has passed', async () => {
  const { clock } = centre;
  const { main, merged } = await pair();
  expect((await ask('reopen', merged)).json).toMatchObject({ code: 'condition_unmet', errors: [{ path: 'answered' }], legal: expect.arrayContaining(['withdrawn', 'under_appeal']) });
  expect((await ask('appeal', merged)).json).toMatchObject({ code: 'condition_unmet' });
  clock.advance(70 * 86_400_000);
  expect((await ask('appeal', merged)).json).toEqual({ status: 'under_appeal' });
  expect(await track(main)).toMatchObject({ status: 'in_progress' });
});
