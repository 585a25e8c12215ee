import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
type Seen = { id: string; version: number; status: string; receivedAt: string; messages: { id: string; text: string; direction: string; kind: string }[]; events: { type: string; actor: string }[] };
const detail = async (who: { cookie: string } | undefined, id: string) => (await centre.detail(who ?? centre.amal, { id })) as unknown as Seen;
const split = (who: { cookie: string } | undefined, one: Pick<Seen, 'id' | 'version'>, messages: string[]) => centre.act(who ?? centre.amal, one, 'split', { version: one.version, messages, reason: 'كتبتها أختها من نفس الهاتف' });

/** Fatima's case, and what her sister wrote from the same phone two days later. */
const shared = async (last: number): Promise<Seen> => {
  const id = await centre.text(phone(last), 'توقف عني الدعم منذ شهرين، اسمي فاطمة من الرباط');
  centre.clock.advance(2 * 86_400_000);
  expect(await centre.text(phone(last), 'أنا أختها، لم أتوصل بدعم السكن، من الرباط')).toBe(id);
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
});
