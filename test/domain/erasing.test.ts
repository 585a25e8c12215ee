import { afterAll, beforeAll, expect, it } from 'vitest';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { personOf } from '#domain/personal/people.queries';
import { retain } from '#domain/rights/retention.actions';
import { system } from '#db/actor';
import { line } from '../support/app.ts';
import { openCentre, type Held } from '../support/centre.ts';
import { pdf, uploaded } from '../support/files.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const days = (count: number): number => count * 86_400_000;
const retention = { narrative: 730, raw: 30 };
const run = (dryRun = false) => retain(centre.app.deps.ctx, retention, { dryRun });
const words = 'توقف الدعم منذ شهرين، رقم بطاقتي AB123456 وأسكن بزنقة الورود';
const phoneOf = (last: string) => `06610042${last}`;

/** A case that was answered; whoever filed it gave a name, a number and words. */
const over = async (last: string, attachments: string[] = [], who = centre.amal): Promise<Held> => {
  const one = await centre.held(who, { text: words, contact: { name: 'فاطمة الزهراء', phone: phoneOf(last) }, territory: { commune: 'حي السلام' }, ...(attachments.length > 0 ? { attachments } : {}) });
  await centre.act(who, one, 'note', { version: one.version, text: 'اتصلت بها على رقم آخر' });
  const resolved = await centre.act(who, one, 'move', { version: one.version + 1, to: 'resolved', outcome: 'granted', text: 'تم استئناف صرف الدعم.' });
  expect(resolved.status).toBe(200);
  return { ...one, version: one.version + 2 };
};

/** Everything that the database holds of a case as one text. */
const allOf = async ({ id }: { id: string }): Promise<string> =>
  JSON.stringify([
    await centre.rows('select * from cases where id = $1', id),
    await centre.rows('select * from messages where case_id = $1', id),
    await centre.rows('select * from notes where case_id = $1', id),
    await centre.rows('select p.* from citizens p join cases c on c.citizen_id = p.id where c.id = $1', id),
    await centre.rows('select l.* from citizen_contacts l join cases c on c.citizen_id = l.citizen_id where c.id = $1', id),
  ]);
const citizenOf = async ({ id }: { id: string }): Promise<string> => (await centre.rows<{ citizen_id: string }>('select citizen_id from cases where id = $1', id))[0]?.citizen_id ?? '';

it('what a citizen has erased says nothing any more and is still counted, and the key of what was sealed is gone', async () => {
  const one = await over('01');
  const { deps } = centre.app;
  const citizenId = await citizenOf(one);
  expect(await allOf(one)).toContain('زنقة الورود');

  const erased = await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'citizen_asked' });
  expect(erased.status).toBe(204);
  const left = await allOf(one);
  for (const gone of ['زنقة', 'AB123456', 'رقم آخر', 'حي السلام', 'صرف الدعم']) expect(left).not.toContain(gone);
  expect(await centre.rows('select status, category, outcome from cases where id = $1', one.id)).toEqual([{ status: 'resolved', category: 'PAY', outcome: 'granted' }]);
  expect((await deps.ctx.keys.read([citizenId])).size).toBe(0);
  expect(await deps.ctx.db.withActor(system, (tx) => personOf(deps.ctx, tx, citizenId))).toEqual({ name: null, phone: null, email: null });
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version + 1, reason: 'citizen_asked' })).json['code']).toBe('erased');
  // The citizen still sees that the case was and how it ended.
  expect((await centre.app.post('/api/v1/track', { reference: one.reference, code: one.code })).json).toMatchObject({ status: 'resolved' });
});

it('an erasure stays accountable: who had it done and for which reason outlive it, and nothing in words does', async () => {
  const one = await over('17');
  const asked = { version: one.version, reason: 'فاطمة الزهراء طلبت ذلك' };
  const refused = await centre.act(centre.chief, one, 'erase', asked);
  expect([refused.status, refused.json['errors']]).toEqual([400, [{ path: 'reason', code: 'invalid_value' }]]);
  expect((await centre.act(centre.chief, one, 'erase', { ...asked, reason: 'representative_asked' })).status).toBe(204);
  const told = (await centre.detail(centre.chief, one))['events'] as { type: string; actor: string; data: unknown }[];
  expect(told.filter(({ type }) => type === 'case.erased')).toMatchObject([{ actor: 'Test chief', data: { why: 'request', reason: 'representative_asked' } }]);
});

it('nothing joins or moves what was erased, whoever tries, and the citizen is asked for nothing more', async () => {
  const one = await over('10');
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'citizen_asked' })).status).toBe(204);
  const before = [await allOf(one), await centre.rows('select * from feedback'), await centre.events(one.id)];
  const proof = { reference: one.reference, code: one.code };
  for (const [path, more] of [
    ['feedback', { rating: 1, solved: false, comment: 'بقيت زنقة الورود' }], ['feedback', { rating: 5, solved: true }],
    ['reopen', { reason: 'لم يصلني شيء' }], ['appeal', { reason: 'أطعن' }], ['messages', { text: 'أنا من زنقة الورود' }],
  ] as const)
    expect((await centre.app.post(`/api/v1/track/${path}`, { ...proof, ...more })).json, path).toMatchObject({ code: 'erased' });
  const version = one.version + 1;
  for (const [verb, body] of [
    ['note', { version, text: 'تسكن بزنقة الورود' }], ['reply', { version, text: 'مرحبا' }], ['move', { version, to: 'closed' }],
    ['hold', { version, reason: 'طلب' }], ['rectify', { version, name: 'فاطنة', reason: 'خطأ' }], ['reveal', { reason: 'للاتصال' }], ['personal-data', { reason: 'طلب' }],
  ] as const)
    expect((await centre.act(centre.chief, one, verb, body)).json, verb).toMatchObject({ code: 'erased' });
  expect([await allOf(one), await centre.rows('select * from feedback'), await centre.events(one.id)]).toEqual(before);
  expect((await centre.app.post('/api/v1/track', proof)).json).toMatchObject({ nextStep: 'nothing' });
});

it('what still waited to be sent to who is erased has failed for good, and nobody tries it again', async () => {
  const one = await over('11');
  const states = () => centre.rows("select state, error_code from messages where case_id = $1 and direction = 'out' order by kind", one.id);
  expect(await states()).toEqual([{ state: 'queued', error_code: null }, { state: 'queued', error_code: null }]);
  await centre.rows("update messages set state = 'sending', provider_id = 'SM11', channel_account = 'line' where case_id = $1 and kind = 'acknowledgement'", one.id);
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'citizen_asked' })).status).toBe(204);
  // The provider has the first: what becomes of it, only a report can tell.
  expect(await states()).toEqual([{ state: 'unknown', error_code: null }, { state: 'failed', error_code: 'no_number' }]);
});

it('a case that still has an answer to come is never erased', async () => {
  const one = await centre.held(centre.amal);
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'citizen_asked' })).json['code']).toBe('not_over');
});

it('an operator can neither erase nor hold', async () => {
  const one = await over('02');
  for (const verb of ['erase', 'hold', 'lift-hold', 'personal-data']) expect((await centre.act(centre.amal, one, verb, { version: one.version, reason: 'طلب' })).status).toBe(403);
});

it('a number that somebody else has too stays theirs', async () => {
  const [one, other] = [await over('06'), await over('06')];
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'citizen_asked' })).status).toBe(204);
  const { ctx } = centre.app.deps;
  const still = await ctx.db.withActor(system, async (tx) => personOf(ctx, tx, await citizenOf(other)));
  expect(still).toMatchObject({ name: 'فاطمة الزهراء', phone: '+212661004206' });
});

it('who asks to see what is held gets all of it, and it stands on the case that it was given', async () => {
  const one = await over('07');
  const given = await centre.act(centre.chief, one, 'personal-data', { reason: 'حضرت ببطاقتها الوطنية' });
  expect(given.json).toMatchObject({
    citizen: { name: 'فاطمة الزهراء', contacts: [{ kind: 'phone', value: '+212661004207' }] },
    cases: [{ reference: one.reference, status: 'resolved', consent: { language: 'ar' }, messages: expect.arrayContaining([expect.objectContaining({ direction: 'in', text: words })]) }],
  });
  expect(JSON.stringify(given.json)).not.toContain('رقم آخر');
  expect((await centre.events(one.id)).map(({ type }) => type)).toContain('case.data_given');
});

it('a wrong name or number is corrected by whoever holds the case, the wrong one is not kept, and the next message goes to the right one', async () => {
  const one = await centre.held(centre.amal, { contact: { name: 'فاطمة', phone: phoneOf('08') } });
  const corrected = await centre.act(centre.amal, one, 'rectify', { version: one.version, name: 'فاطنة', phone: '0661 00 42 09', reason: 'الاسم مكتوب خطأ' });
  expect(corrected.json).toMatchObject({ citizen: { name: 'ف***', phone: '+2126****4209' } });
  const { ctx } = centre.app.deps;
  expect(await ctx.db.withActor(system, async (tx) => personOf(ctx, tx, await citizenOf(one)))).toMatchObject({ name: 'فاطنة', phone: '+212661004209' });
  const event = (await centre.events(one.id)).find(({ type }) => type === 'case.rectified');
  expect(event?.data).toMatchObject({ fields: ['name', 'phone'] });
  expect(JSON.stringify(event)).not.toContain('4209');
  const other = await centre.act(centre.badr, one, 'rectify', { version: one.version + 1, name: 'حليمة', reason: 'خطأ' });
  expect(other.json).toMatchObject({ code: 'taken' });
  for (const wrong of [{}, { phone: '+33612345678' }, { phone: 'abc' }, { email: 'x' }])
    expect((await centre.act(centre.amal, one, 'rectify', { version: one.version + 1, reason: 'خطأ', ...wrong })).status).toBe(400);
});

it('retention erases what is over for its time and nothing else, a dry run nothing at all, and a legal hold stands above it', async () => {
  const [old, held] = [await over('03'), await over('04')];
  const open = await centre.held(centre.badr, { text: words, contact: { phone: phoneOf('05') } });
  expect((await centre.act(centre.chief, held, 'hold', { version: held.version, reason: 'طلب من المحكمة' })).status).toBe(200);
  expect(await run()).toMatchObject({ cases: 0 });

  centre.clock.advance(days(731));
  const planned = await run(true);
  expect(planned.held).toBe(1);
  expect(await allOf(old)).toContain('زنقة الورود');
  expect(await run()).toEqual(planned);
  expect(await allOf(old)).not.toContain('زنقة');
  expect(await allOf(held)).toContain('زنقة الورود');
  expect(await allOf(open)).toContain('زنقة الورود');
  expect(await run()).toMatchObject({ cases: 0, held: 1 });

  const later = await centre.app.as('supervisor', 'centre-04', 'chief');
  const { version } = (await centre.detail(later, held)) as { version: number };
  expect((await centre.act(later, held, 'lift-hold', { version, reason: 'انتهت المسطرة' })).status).toBe(200);
  // Lifting it is itself something that happened in the case.
  expect(await run()).toMatchObject({ cases: 0 });
  centre.clock.advance(days(731));
  expect(await run()).toMatchObject({ cases: 1, held: 0 });
});

it('a case that cannot be erased keeps no other waiting, nor does one that was only read since count as alive', async () => {
  const amal = await centre.app.as('operator', 'centre-04', 'amal');
  const bad = await over('12', [await uploaded(centre.app, pdf('bad'))], amal);
  const good = await over('13', [await uploaded(centre.app, pdf('good'))], amal);
  centre.clock.advance(days(729));
  const chief = await centre.app.as('supervisor', 'centre-04', 'chief');
  expect((await centre.act(chief, good, 'reveal', { reason: 'للاتصال' })).status).toBe(200);
  await centre.rows("insert into events (case_id, type, actor_kind, at, data) values ($1, 'attachment.read', 'system', $2, '{}')", good.id, centre.clock.now().toISOString());
  centre.clock.advance(days(2));
  const { ctx } = centre.app.deps;
  const [{ store_name: lost = '' } = {}] = await centre.rows<{ store_name: string }>('select store_name from attachments where case_id = $1', bad.id);
  const files = { ...ctx.files, remove: (name: string) => (name === lost ? Promise.reject(new Error('the disk is gone')) : ctx.files.remove(name)) };
  await retain({ ...ctx, files }, retention, { dryRun: false });
  expect(await allOf(bad)).toContain('زنقة الورود');
  expect(await allOf(good)).not.toContain('زنقة');
  expect(await run()).toMatchObject({ cases: 1 });
  expect(await allOf(bad)).not.toContain('زنقة');
});

it('a request of a provider is gone after 30 days with the key that sealed it, but not while its message has no case', async () => {
  const caseId = await centre.text(`+212${phoneOf('14').slice(1)}`, 'توقف الدعم');
  const { ctx } = centre.app.deps;
  await receiveMessage(ctx, { channel: 'sms', account: 'line', providerId: 'late', from: '+212661004215', to: line, text: 'salam', media: [], raw: {} });
  const [routed, waits] = await centre.rows<{ id: string }>("select id from messages where direction = 'in' and (case_id = $1 or provider_id = 'late') order by case_id nulls last", caseId);
  const ids = [routed?.id ?? '', waits?.id ?? ''];
  centre.clock.advance(days(31));
  expect((await run()).raw).toBeGreaterThanOrEqual(2);
  expect(await centre.rows('select 1 from inbound_bodies')).toEqual([]);
  expect([...(await ctx.keys.read(ids)).keys()]).toEqual([waits?.id]);
});

it('whom the line itself answered is not known any more after 30 days, and what it asked is nobody’s', async () => {
  const { ctx } = centre.app.deps;
  await receiveMessage(ctx, { channel: 'sms', account: 'line', providerId: 'asks for help', from: '+212661004216', to: line, text: 'مساعدة', media: [], raw: {} });
  const [asked] = await centre.rows<{ id: string }>("select id from messages where provider_id = 'asks for help'");
  await routeMessage(ctx, asked?.id ?? '');
  const answers = () => centre.rows<{ id: string; sender: unknown }>("select id, sender from messages where kind = 'automatic' order by created_at desc limit 1");
  const [answer] = await answers();
  expect(answer?.sender).not.toBeNull();
  centre.clock.advance(days(31));
  await run();
  expect((await answers())[0]?.sender).toBeNull();
  expect([...(await ctx.keys.read([asked?.id ?? '', answer?.id ?? ''])).keys()]).toEqual([]);
});
