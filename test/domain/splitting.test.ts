import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CaseDetail } from '#contract/staff';
import { seal } from '#domain/proof/sealing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { triageCase } from '#domain/triage/triage.actions';
import { openCentre } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let [amal, badr, chief]: { cookie: string }[] = [];
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const phone = (last: number): string => `+2126610005${String(last).padStart(2, '0')}`;
type Seen = z.infer<typeof CaseDetail>;
const detail = async (who: { cookie: string } | undefined, id: string): Promise<Seen> => CaseDetail.parse(await centre.detail(who ?? centre.amal, { id }));
const split = (who: { cookie: string } | undefined, one: Pick<Seen, 'id' | 'version'>, messages: string[]) => centre.act(who ?? centre.amal, one, 'split', { version: one.version, messages, reason: 'كتبتها أختها من نفس الهاتف' });

/** Fatima's case, and what her sister wrote from the same phone two days later. */
const shared = async (last: number): Promise<Seen> => {
  const id = await centre.text(phone(last), 'توقف عني الدعم منذ شهرين، اسمي فاطمة من الرباط');
  centre.clock.advance(2 * 86_400_000);
  expect(await centre.text(phone(last), 'أنا أختها، لم أتوصل بدعم السكن، من الرباط')).toBe(id);
  centre.clock.advance(1000);
  await centre.text(phone(last), 'وعندي ثلاثة أطفال');
  // Two days later everybody signs in anew.
  const { app } = centre;
  [amal, badr, chief] = [await app.as('operator', 'centre-04', 'amal'), await app.as('operator', 'centre-04', 'badr'), await app.as('supervisor', 'centre-04', 'chief')];
  return detail(amal, id);
};
const later = ({ messages }: Seen): string[] => messages.filter(({ kind }) => kind === 'follow_up').map(({ id }) => id);

describe('rule 12: texts of two people in one case', () => {
  it('are parted by an operator: the other has a case, a number and a legal date of her own, and neither reads the other’s words', async () => {
    const { rows, events } = centre;
    const one = await shared(1);
    const { status, json } = await split(amal, one, later(one));
    expect([status, json]).toMatchObject([200, { id: one.id, version: one.version + 1 }]);
    const after = await detail(amal, one.id);
    expect(after.messages.filter(({ direction }) => direction === 'in').map(({ text }) => text)).toEqual(['توقف عني الدعم منذ شهرين، اسمي فاطمة من الرباط']);
    const told = (await events(one.id)).find(({ type }) => type === 'case.split');
    const begun = String(told?.data['into']);
    await triageCase(centre.app.deps.ctx, begun);
    const hers = await detail(amal, begun);
    expect(hers.messages.filter(({ direction }) => direction === 'in').map(({ text, kind }) => [text, kind])).toEqual([['أنا أختها، لم أتوصل بدعم السكن، من الرباط', 'narrative'], ['وعندي ثلاثة أطفال', 'follow_up']]);
    // From when she wrote, and not from when somebody noticed.
    expect(await rows('select b.legal_due_date - a.legal_due_date as days from cases a, cases b where a.id = $1 and b.id = $2', one.id, begun)).toEqual([{ days: 2 }]);
    expect((await events(begun)).map(({ type, data }) => [type, data['origin'] ?? null])).toContainEqual(['case.split_off', one.id]);
    const people = await rows<{ citizen: string }>('select citizen_id as citizen from cases where id in ($1, $2)', one.id, begun);
    expect(new Set(people.map(({ citizen }) => citizen)).size).toBe(2);
  });

  it('leave a log that still proves that nothing was rewritten', async () => {
    const { app } = centre;
    const one = await shared(2);
    await seal(app.deps.ctx, app.deps.logSigner);
    expect((await split(amal, one, later(one))).status).toBe(200);
    await seal(app.deps.ctx, app.deps.logSigner);
    expect(await verifyLog(app.deps.ctx.db, app.deps.logSigner.verifier, null)).toMatchObject({ faults: [] });
  });

  it('stay where they are when what is named is the first text, one of another case, or one of ours; and nothing is changed', async () => {
    const [one, other] = [await shared(3), await shared(4)];
    const narrative = one.messages.find(({ kind }) => kind === 'narrative')?.id ?? '';
    const receipt = one.messages.find(({ direction }) => direction === 'out')?.id ?? '';
    for (const messages of [[narrative], [...later(one), narrative], later(other), [receipt], [one.id]])
      expect((await split(amal, one, messages)).json).toMatchObject({ status: 400, code: 'invalid', errors: [{ path: 'messages', code: 'unknown_message' }] });
    expect((await split(amal, one, [])).status).toBe(400);
    expect(await detail(amal, one.id)).toMatchObject({ version: one.version, messages: one.messages });
  });

  it('are parted by nobody who looks at an old page, nor while a colleague holds the case, nor in a sealed one', async () => {
    const one = await shared(5);
    expect((await split(amal, { ...one, version: one.version - 1 }, later(one))).json).toMatchObject({ code: 'stale' });
    expect((await centre.act(badr ?? centre.badr, one, 'claim', { version: one.version })).status).toBe(200);
    expect((await split(amal, { ...one, version: one.version + 1 }, later(one))).json).toMatchObject({ code: 'taken' });
    const me = (await centre.app.get('/api/v1/staff/me', chief)).json['id'];
    const sealed = await centre.act(chief ?? centre.chief, one, 'seal', { version: one.version + 1, readers: [me], reason: 'تخص مسؤولا' });
    expect(sealed.status).toBe(200);
    expect((await split(chief, { id: one.id, version: Number(sealed.json['version']) }, later(one))).json).toMatchObject({ errors: [{ path: 'messages', code: 'sealed' }] });
  });

  it('stay out of sight of whoever was kept from the first case, for the same reason, and a colleague may lift that', async () => {
    const one = await shared(6);
    const me = (await centre.app.get('/api/v1/staff/me', amal)).json['id'];
    expect((await centre.act(chief ?? centre.chief, one, 'block', { version: one.version, staff: me, reason: 'named_in_case' })).status).toBe(200);
    expect((await split(badr, { ...one, version: one.version + 1 }, later(one))).status).toBe(200);
    const begun = String((await centre.events(one.id)).find(({ type }) => type === 'case.split')?.data['into']);
    await triageCase(centre.app.deps.ctx, begun);
    expect(await centre.detail(amal ?? centre.amal, { id: begun })).toMatchObject({ status: 404 });
    expect(await detail(badr, begun)).toMatchObject({ status: 'assigned' });
    expect(await detail(chief, begun)).toMatchObject({ blocks: [{ reason: 'named_in_case' }] });
    expect((await centre.events(begun)).map(({ type }) => type)).toContain('case.blocked');
    const other = await centre.app.as('supervisor', 'centre-04', 'another-chief');
    const { version } = await detail(chief, begun);
    expect((await centre.act(other, { id: begun }, 'unblock', { version, staff: me, reason: 'اسم آخر' })).status).toBe(200);
    expect(await detail(amal, begun)).toMatchObject({ status: 'assigned' });
  });

  it('never leave a restricted queue, where they would stand in clear until the new case is triaged', async () => {
    const id = await centre.text(phone(7), 'المقدم طلب مني رشوة 500 درهم باش يعطيني الشهادة، من الرباط');
    centre.clock.advance(600_000);
    expect(await centre.text(phone(7), 'اسمه محمد العلوي وهو جارنا وأخاف منه')).toBe(id);
    const one = await detail(chief, id);
    expect(one).toMatchObject({ restricted: true });
    expect((await split(chief, one, later(one))).json).toMatchObject({ status: 400, errors: [{ path: 'messages', code: 'sealed' }] });
    expect(await centre.rows('select body from messages where case_id = $1 and body is not null and direction = $2', id, 'in')).toEqual([]);
  });

  it('take the line’s question for the first one’s town with them: the other’s answer moves no case that is not hers', async () => {
    const id = await centre.text(phone(8), 'توقف عني الدعم منذ شهرين');
    const asked = () => centre.rows<{ question: unknown }>('select question from threads where contact_point_id = (select contact_point_id from cases where id = $1)', id);
    expect(await asked()).toMatchObject([{ question: { name: 'place', caseId: id } }]);
    expect(await centre.text(phone(8), 'أنا أختها ولم أتوصل بدعم السكن')).toBe(id);
    const one = await detail(amal, id);
    expect((await split(amal, one, later(one))).status).toBe(200);
    expect(await asked()).toEqual([{ question: null }]);
  });
});
