import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { triageCase } from '#domain/triage/triage.actions';
import { filing } from '../support/app.ts';
import { openCentre, type Cookie, type Held } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let afaq: Cookie;
let others: Cookie;
beforeAll(async () => {
  centre = await openCentre();
  await centre.rows("insert into organisations (id, name_ar, name_fr) values ('afaq', 'جمعية آفاق', 'Association Afaq')");
  afaq = await centre.app.as('partner', null, 'afaq', 'afaq');
  others = await centre.app.as('partner', null, 'others', 'entraide');
});
afterAll(() => centre.app.close());

const said = { text: 'رقمي 0661998877 والدعم متوقف منذ شهرين', contact: { name: 'فاطمة الزهراء', phone: '0661234567', email: 'f@example.org' }, territory: { province: 'MA-SAL', commune: 'سيدي مومن' } };
const refer = async (fields: string[], to = 'afaq'): Promise<Held> => {
  const one = await centre.held(centre.amal, said);
  const answer = await centre.act(centre.amal, one, 'refer', { version: one.version, to, fields, reason: 'رافقوا المواطنة إلى المقاطعة' });
  expect([answer.status, answer.json['status']]).toEqual([200, 'referred']);
  return { ...one, version: one.version + 1 };
};
const listed = async (who: Cookie): Promise<{ id: string; preview: string | null; citizen: object }[]> =>
  ((await centre.app.get('/api/v1/staff/cases?limit=100', who)).json as { items: { id: string; preview: string | null; citizen: object }[] }).items;

describe('a case that is referred', () => {
  it('keeps its holder and its legal date, and says who has it', async () => {
    const { amal, detail, events } = centre;
    const one = await refer(['narrative']);
    const seen = await detail(amal, one);
    expect(seen).toMatchObject({ status: 'referred', assignedTo: { name: 'Test amal' }, referral: { organisation: { id: 'afaq' }, fields: ['narrative'] } });
    const [{ due } = { due: '' }] = await centre.rows<{ due: string }>("select due_date::text as due from deadlines where case_id = $1 and kind = 'legal' and met_at is null", one.id);
    expect(due).toBe(seen['legalDueDate']);
    expect((await events(one.id)).find(({ type }) => type === 'case.referred')?.data).toMatchObject({ from: 'in_progress', to: 'referred', organisation: 'afaq', fields: ['narrative'] });
    const tracked = (await centre.app.post('/api/v1/track', { reference: one.reference, code: one.code })).json;
    expect(tracked).toMatchObject({ status: 'referred', nextStep: 'other_body' });
  });

  it('goes only to a body that is known, by whoever holds it, from work in progress', async () => {
    const { amal, badr, chief, act, held, waiting } = centre;
    const body = (version: number, to = 'afaq') => ({ version, to, fields: [], reason: 'لكم' });
    const one = await held(amal);
    expect((await act(amal, one, 'refer', body(one.version, 'nobody'))).json).toMatchObject({ status: 400, errors: [{ path: 'to', code: 'unknown_organisation' }] });
    expect((await act(amal, one, 'refer', body(one.version + 1))).json['code']).toBe('stale');
    expect((await act(badr, one, 'refer', body(one.version))).json['code']).toBe('taken');
    const free = await waiting();
    expect((await act(amal, free, 'refer', body(free.version))).json['code']).toBe('claim_first');
    expect((await act(chief, free, 'refer', body(free.version))).json).toMatchObject({ status: 409, code: 'illegal_move' });
    // Only the action that names the body refers.
    expect((await act(amal, one, 'move', { version: one.version, to: 'referred', reason: 'لهم' })).json).toMatchObject({ code: 'condition_unmet', errors: [{ path: 'outside_body', code: 'required' }] });
    expect(await centre.rows('select 1 from referrals where case_id = any($1::uuid[])', `{${one.id},${free.id}}`)).toEqual([]);
  });
});

it('a sealed case is not referred, as no outside body is a reader, and comes back when it is sealed', async () => {
  const { chief, act, app } = centre;
  const { id: reader } = (await app.get('/api/v1/staff/me', chief)).json as { id: string };
  const one = await centre.held(chief, said);
  expect((await act(chief, one, 'seal', { version: one.version, readers: [reader], reason: 'حساسة' })).status).toBe(200);
  expect((await act(chief, one, 'refer', { version: one.version + 1, to: 'afaq', fields: ['narrative'], reason: 'رافقوها' })).json).toMatchObject({ status: 409, code: 'condition_unmet', errors: [{ path: 'readers', code: 'sealed' }] });
  const other = await refer(['narrative']);
  expect((await act(chief, other, 'seal', { version: other.version, readers: [reader], reason: 'حساسة' })).json).toMatchObject({ id: other.id });
  expect((await app.get(`/api/v1/staff/cases/${other.id}`, afaq)).status).toBe(404);
  expect(await centre.detail(chief, other)).toMatchObject({ status: 'assigned', referral: null });
});

describe('a partner', () => {
  it('sees the cases of its own organisation and no other, and of them what the referral names', async () => {
    const bare = await refer([]);
    const words = await refer(['narrative']);
    const all = await refer(['contact', 'name', 'narrative']);
    const elsewhere = await refer(['narrative'], 'entraide');
    const never = await centre.held(centre.amal, said);

    const mine = new Map((await listed(afaq)).map((one) => [one.id, one]));
    expect([bare, words, all, elsewhere, never].map(({ id }) => mine.has(id))).toEqual([true, true, true, false, false]);
    expect(mine.get(bare.id)).toMatchObject({ preview: null, citizen: {} });
    expect(mine.get(words.id)).toMatchObject({ preview: expect.stringContaining('والدعم متوقف'), citizen: {} });
    expect(mine.get(all.id)?.citizen).toEqual({ name: 'ف*** ا***', phone: '+2126****4567' });
    const found = ((await centre.app.get('/api/v1/staff/cases?limit=100&q=0661234567', afaq)).json as { items: { id: string }[] }).items.map(({ id }) => id);
    expect([bare, words, all].map(({ id }) => found.includes(id))).toEqual([false, false, true]);
    expect((await listed(others)).map(({ id }) => id)).toEqual([elsewhere.id]);

    const [bareSeen, wordsSeen, allSeen] = await Promise.all([bare, words, all].map((one) => centre.detail(afaq, one)));
    for (const hidden of ['0661998877', '661998877', 'سيدي مومن', 'f@example.org']) expect(JSON.stringify([bareSeen, wordsSeen, allSeen])).not.toContain(hidden);
    expect(bareSeen).toMatchObject({ messages: [], citizen: {}, preview: null, moves: [], assignedTo: null, notes: [{ text: 'رافقوا المواطنة إلى المقاطعة', author: null }] });
    expect(wordsSeen).toMatchObject({ citizen: {}, messages: [{ kind: 'narrative', text: expect.stringContaining('والدعم متوقف') }] });
    expect(JSON.stringify(wordsSeen)).not.toMatch(/فاطمة|1234567/);
    expect(allSeen).toMatchObject({ citizen: { name: 'فاطمة الزهراء', phone: '+212661234567' } });
    expect((await centre.app.get(`/api/v1/staff/cases/${never.id}`, afaq)).status).toBe(404);
    expect((await centre.app.get(`/api/v1/staff/cases/${elsewhere.id}`, afaq)).status).toBe(404);
  });

  it('reads a case of a restricted queue too, where its supervisor refers it: the sealed words that are named', async () => {
    const { chief, act } = centre;
    const one = await centre.waiting({ ...said, category: 'FAIR.BRIBE' });
    await act(chief, one, 'claim', { version: one.version });
    expect((await act(chief, one, 'refer', { version: one.version + 1, to: 'afaq', fields: ['narrative'], reason: 'رافقوها' })).status).toBe(200);
    expect(await centre.detail(afaq, one)).toMatchObject({ messages: [{ text: expect.stringContaining('والدعم متوقف') }], notes: [{ text: 'رافقوها' }] });
  });

  it('is written down as a reader, and the citizen is told so', async () => {
    const one = await refer(['narrative']);
    await centre.detail(afaq, one);
    expect((await centre.app.get(`/api/v1/staff/cases/${one.id}/readings`, centre.chief)).json).toMatchObject([{ reader: 'Test afaq', why: 'referred' }]);
    expect((await centre.app.post('/api/v1/track/readings', { reference: one.reference, code: one.code })).json).toMatchObject([{ by: 'partner' }]);
  });

  it('writes notes to the centre and answers; then the case is back with its holder and out of the partner’s sight', async () => {
    const { amal, act, detail, events } = centre;
    const one = await refer(['narrative']);
    expect((await act(afaq, one, 'note', { version: one.version, text: 'اتصلنا بها' })).json).toMatchObject({ id: one.id, version: one.version + 1 });
    expect((await act(afaq, one, 'answer', { version: one.version, text: 'متأخر' })).json['code']).toBe('stale');
    const answered = await act(afaq, one, 'answer', { version: one.version + 1, text: 'أودع الطعن' });
    expect([answered.status, answered.json['status']]).toEqual([200, 'in_progress']);
    expect((await centre.app.get(`/api/v1/staff/cases/${one.id}`, afaq)).status).toBe(404);
    expect((await act(afaq, one, 'note', { version: one.version + 2, text: 'أيضا' })).status).toBe(404);
    expect((await listed(afaq)).map(({ id }) => id)).not.toContain(one.id);
    const seen = await detail(amal, one);
    expect(seen).toMatchObject({ status: 'in_progress', version: one.version + 2, assignedTo: { name: 'Test amal' }, referral: null });
    expect((seen['notes'] as { text: string }[]).map(({ text }) => text).toSorted()).toEqual(['أودع الطعن', 'اتصلنا بها', 'رافقوا المواطنة إلى المقاطعة'].toSorted());
    expect((await events(one.id)).map(({ type }) => type).filter((type) => type !== 'case.read').slice(-3)).toEqual(['note.added', 'referral.answered', 'case.moved']);
  });

  it('may do nothing else with a case, not even with one that it has', async () => {
    const one = await refer(['narrative', 'name', 'contact']);
    for (const [verb, body] of Object.entries({ move: { to: 'resolved', outcome: 'granted', text: 'تم' }, reply: { text: 'تم' }, refer: { to: 'anss', fields: [], reason: 'لهم' }, release: { reason: 'لا' }, reveal: { reason: 'لا' }, claim: {} }))
      expect([verb, (await centre.act(afaq, one, verb, { version: one.version, ...body })).status]).toEqual([verb, 403]);
    expect((await centre.act(centre.amal, one, 'answer', { version: one.version, text: 'لا' })).status).toBe(403);
  });

  it('loses sight of a case by whatever way it leaves: recalled, handed to a colleague, resolved, withdrawn by its citizen', async () => {
    const { amal, badr, chief, act, app } = centre;
    const idOf = async (who: Cookie) => (await app.get('/api/v1/staff/me', who)).json['id'];
    const ways: Record<string, (one: Held) => Promise<{ status: number }>> = {
      recalled: (one) => act(amal, one, 'move', { version: one.version, to: 'in_progress' }),
      handed: async (one) => act(chief, one, 'assign', { version: one.version, operator: await idOf(badr), reason: 'خذه' }),
      resolved: (one) => act(amal, one, 'move', { version: one.version, to: 'resolved', outcome: 'granted', text: 'تم' }),
      withdrawn: (one) => app.post('/api/v1/track/withdraw', { reference: one.reference, code: one.code }),
    };
    for (const [way, leave] of Object.entries(ways)) {
      const one = await refer(['narrative']);
      expect((await app.get(`/api/v1/staff/cases/${one.id}`, afaq)).status).toBe(200);
      expect([way, (await leave(one)).status < 300]).toEqual([way, true]);
      expect([way, (await app.get(`/api/v1/staff/cases/${one.id}`, afaq)).status]).toEqual([way, 404]);
      expect(await centre.rows('select 1 from referrals where case_id = $1 and ended_at is null', one.id)).toEqual([]);
    }
  });

  it('files for somebody whom it accompanies, as the submitter, and sees no more of that case', async () => {
    const { app, rows } = centre;
    const accompanied = filing({ channel: 'partner', onBehalfOf: { name: 'إيطو نايت علي', relationship: 'جمعية ترافقها' }, contact: { phone: '0661234567' } });
    const { status, json } = await app.post('/api/v1/staff/cases', accompanied, afaq);
    expect([status, json['status']]).toEqual([201, 'received']);
    const [found] = await rows<{ id: string; consent: string | null; relationship: string }>('select id, consent_text as consent, submitter_relationship as relationship from cases where reference = $1', String(json['reference']));
    expect(found).toMatchObject({ consent: expect.any(String), relationship: 'جمعية ترافقها' });
    expect((await app.get(`/api/v1/staff/cases/${found?.id}`, afaq)).status).toBe(404);
    await triageCase(app.deps.ctx, found?.id ?? '');
    await rows("update cases set centre_id = 'centre-04', queue_id = 'general-04' where id = $1 returning id", found?.id ?? '');
    expect(await centre.detail(centre.amal, { id: found?.id ?? '' })).toMatchObject({ channel: 'partner', citizen: { name: 'إ*** ن*** ع***' }, submitter: { name: 'ج*** آ***', relationship: 'جمعية ترافقها' } });

    const refused = async (more: Record<string, unknown>, who = afaq) => (await app.post('/api/v1/staff/cases', { ...accompanied, ...more }, who)).json;
    expect(await refused({ onBehalfOf: undefined })).toMatchObject({ status: 400, errors: [{ path: 'onBehalfOf', code: 'required' }] });
    expect(await refused({ contact: { name: 'غيرها' } })).toMatchObject({ status: 400, errors: [{ path: 'contact.name', code: 'unexpected' }] });
    expect(await refused({ channel: 'phone' })).toMatchObject({ status: 400, errors: [{ path: 'channel', code: 'not_yours' }] });
    expect(await refused({}, centre.amal)).toMatchObject({ status: 400, errors: [{ path: 'channel', code: 'not_yours' }] });
    expect(await refused({}, await app.as('partner', null, 'homeless'))).toMatchObject({ status: 403, code: 'forbidden' });
  });
});
