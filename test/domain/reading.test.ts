import { afterAll, describe, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import { CaseReadings, Readings } from '#contract/readings';
import { PersonalData } from '#contract/rights';
import { filing } from '../support/app.ts';
import { openCentre, type Cookie } from '../support/centre.ts';

const { app, clock, amal, badr, chief, rows, waiting, held, detail, act } = await openCentre();
afterAll(() => app.close());

const readings = async (who: Cookie, id: string): Promise<CaseReadings> => CaseReadings.parse((await app.get(`/api/v1/staff/cases/${id}/readings`, who)).json);
const told = async ({ reference, code }: { reference: string; code: string }): Promise<Readings> => Readings.parse((await app.post('/api/v1/track/readings', { reference, code })).json);

describe('the read log', () => {
  it('nobody reads a case unseen: who, when and why are kept, the latest first', async () => {
    const one = await held(amal);
    await detail(amal, one);
    clock.advance(60_000);
    await detail(badr, one);
    clock.advance(60_000);
    await detail(chief, one);
    const seen = await readings(chief, one.id);
    expect(seen.map(({ why }) => why)).toEqual(['supervises', 'looks', 'holds']);
    expect(new Set(seen.map(({ reader }) => reader)).size).toBe(3);
    expect(seen[0]?.at).toBe(clock.now().toISOString());
  });

  it('a screen that reads again and again is one reading, until a quarter of an hour is over', async () => {
    const one = await waiting();
    for (let i = 0; i < 3; i += 1) await detail(badr, one);
    expect(await readings(chief, one.id)).toHaveLength(1);
    clock.advance(15 * 60_000 + 1);
    await detail(badr, one);
    expect(await readings(chief, one.id)).toHaveLength(2);
  });

  it('is shown to supervisors of the centre only, and reading it is no reading', async () => {
    const one = await waiting();
    await detail(badr, one);
    expect((await app.get(`/api/v1/staff/cases/${one.id}/readings`, amal)).status).toBe(403);
    const stranger = await app.as('supervisor', 'centre-01', 'stranger');
    expect((await app.get(`/api/v1/staff/cases/${one.id}/readings`, stranger)).json).toMatchObject({ code: 'not_found' });
    expect((await app.get(`/api/v1/staff/cases/${one.id}`, stranger)).json).toMatchObject({ code: 'not_found' });
    expect(await readings(chief, one.id)).toHaveLength(1);
  });

  it('never stands in the life of the case, nor makes it new for anybody', async () => {
    const one = await waiting();
    const before = await detail(badr, one);
    clock.advance(16 * 60_000);
    expect(await detail(badr, one)).toEqual(before);
    expect(await rows("select count(*)::int as reads from events where type = 'case.read' and case_id = $1", one.id)).toEqual([{ reads: 2 }]);
  });

  it('tells the citizen when and in what role, never by whom', async () => {
    const { reference, code } = Receipt.parse((await app.post('/api/v1/cases', filing())).json);
    const [{ id = '' } = {}] = await rows<{ id: string }>('select id from cases where reference = $1', reference);
    await rows("update cases set centre_id = 'centre-04', queue_id = 'general-04', status = 'assigned', triaged_at = received_at where id = $1", id);
    const asked = () => app.post('/api/v1/track/readings', { reference, code });
    expect((await asked()).text).toBe('[]');
    await app.get(`/api/v1/staff/cases/${id}`, chief);
    expect((await asked()).text).toBe(JSON.stringify([{ at: clock.now().toISOString(), by: 'supervisor', what: 'read', reason: null }]));
    expect((await app.post('/api/v1/track/readings', { reference, code: code === '000000' ? '000001' : '000000' })).json).toMatchObject({ code: 'not_found_or_wrong_code' });
  });

  it('tells of what was revealed and given too, with the reason: the supervisor by name, the citizen by role, on the page and on paper', async () => {
    const one = await waiting({ contact: { name: 'زينب العلوي', phone: '0661987654' } });
    const said = { reveal: 'للاتصال بها على 0661987654', give: 'حضرت ببطاقتها الوطنية' };
    expect((await act(badr, one, 'reveal', { reason: said.reveal })).status).toBe(200);
    expect((await act(badr, one, 'note', { version: one.version, text: 'رأي داخلي' })).status).toBe(200);
    clock.advance(60_000);
    const supervisor = await app.as('supervisor', 'centre-04', 'chief');
    const paper = PersonalData.parse((await act(supervisor, one, 'personal-data', { reason: said.give })).json);
    const shown = { by: 'operator', what: 'revealed', reason: 'للاتصال بها على ********54' };
    expect(paper.cases.map(({ readings: seen }) => seen)).toMatchObject([[shown]]);
    expect(await readings(supervisor, one.id)).toMatchObject([
      { reader: 'Test chief', what: 'given', why: null, reason: said.give },
      { reader: 'Test badr', what: 'revealed', why: null, reason: shown.reason },
    ]);
    expect(await told(one)).toMatchObject([{ at: clock.now().toISOString(), by: 'supervisor', what: 'given', reason: said.give }, shown]);
  });

  it('tells a citizen whose case is sealed the reason, and once it is erased that somebody saw it, but not why', async () => {
    const one = await waiting();
    const supervisor = await app.as('supervisor', 'centre-04', 'chief');
    const [{ id: reader = '' } = {}] = await rows<{ id: string }>("select id from staff where name = 'Test chief'");
    expect((await act(supervisor, one, 'seal', { version: one.version, readers: [reader], reason: 'حساسة' })).status).toBe(200);
    expect((await act(supervisor, one, 'reveal', { reason: 'للاتصال بها' })).status).toBe(200);
    expect(await rows('select body from notes where case_id = $1', one.id)).toEqual([{ body: null }, { body: null }]);
    expect(await told(one)).toMatchObject([{ what: 'revealed', reason: 'للاتصال بها' }]);
    await rows("update notes set body = '', body_sealed = null, seq = nextval('notes_seq'), salt = gen_random_uuid() where case_id = $1", one.id);
    expect(await told(one)).toMatchObject([{ what: 'revealed', reason: null }]);
  });

  it('gives a citizen no other note of the case, whatever is asked of the database', async () => {
    const hers = await app.as('operator', 'centre-04', 'amal');
    const one = await held(hers);
    expect((await act(hers, one, 'note', { version: one.version, text: 'رأي داخلي' })).status).toBe(200);
    expect((await act(hers, one, 'reveal', { reason: 'للاتصال بها' })).status).toBe(200);
    const seen = await app.deps.ctx.db.withActor({ kind: 'citizen', caseId: one.id }, (tx) => tx.raw('select body from notes', []));
    expect(seen).toEqual([{ body: 'للاتصال بها' }]);
  });
});
