import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { personOf } from '#domain/personal/people.queries';
import { retain } from '#domain/rights/retention.actions';
import { system } from '#db/actor';
import { openCentre, type Held } from '../support/centre.ts';

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
const over = async (last: string): Promise<Held> => {
  const one = await centre.held(centre.amal, { text: words, contact: { name: 'فاطمة الزهراء', phone: phoneOf(last) }, territory: { commune: 'حي السلام' } });
  await centre.act(centre.amal, one, 'note', { version: one.version, text: 'اتصلت بها على رقم آخر' });
  const resolved = await centre.act(centre.amal, one, 'move', { version: one.version + 1, to: 'resolved', outcome: 'granted', text: 'تم استئناف صرف الدعم.' });
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

it('what a citizen has erased says nothing any more, is still counted, and cannot be read in an older copy either', async () => {
  const one = await over('01');
  const { databaseUrl, deps } = centre.app;
  const copy = `copy_${randomUUID().slice(0, 8)}`;
  const citizenId = await citizenOf(one);
  const admin = postgres(databaseUrl, { max: 1 });
  const [sealed] = await admin<{ name: Buffer }[]>`select name from citizens where id = ${citizenId}`;
  await admin.end();
  expect(await allOf(one)).toContain('زنقة الورود');

  const erased = await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'طلبت ذلك في الشباك' });
  expect([copy.length, erased.status]).toEqual([13, 204]);
  const left = await allOf(one);
  for (const gone of ['زنقة', 'AB123456', 'رقم آخر', 'حي السلام', 'صرف الدعم']) expect(left).not.toContain(gone);
  expect(await centre.rows('select status, category, outcome from cases where id = $1', one.id)).toEqual([{ status: 'resolved', category: 'PAY', outcome: 'granted' }]);
  // The bytes of the older copy are there; the key that opens them is not.
  expect(sealed?.name.length).toBeGreaterThan(29);
  expect((await deps.ctx.keys.read([citizenId])).size).toBe(0);
  expect(await deps.ctx.db.withActor(system, (tx) => personOf(deps.ctx, tx, citizenId))).toEqual({ name: null, phone: null, email: null });
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version + 1, reason: 'مرة أخرى' })).json['code']).toBe('erased');
  // The citizen still sees that the case was and how it ended.
  expect((await centre.app.post('/api/v1/track', { reference: one.reference, code: one.code })).json).toMatchObject({ status: 'resolved' });
});

it('a case that still has an answer to come is never erased', async () => {
  const one = await centre.held(centre.amal);
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'طلب' })).json['code']).toBe('not_over');
});

it('an operator can neither erase nor hold', async () => {
  const one = await over('02');
  for (const verb of ['erase', 'hold', 'lift-hold', 'personal-data']) expect((await centre.act(centre.amal, one, verb, { version: one.version, reason: 'طلب' })).status).toBe(403);
});

it('a number that somebody else has too stays theirs', async () => {
  const [one, other] = [await over('06'), await over('06')];
  expect((await centre.act(centre.chief, one, 'erase', { version: one.version, reason: 'طلب' })).status).toBe(204);
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

it('a wrong name or number is corrected, the wrong one is not kept, and the next message goes to the right one', async () => {
  const one = await centre.held(centre.amal, { contact: { name: 'فاطمة', phone: phoneOf('08') } });
  const corrected = await centre.act(centre.amal, one, 'rectify', { version: one.version, name: 'فاطنة', phone: '0661 00 42 09', reason: 'الاسم مكتوب خطأ' });
  expect(corrected.json).toMatchObject({ citizen: { name: 'ف***', phone: '+2126****4209' } });
  const { ctx } = centre.app.deps;
  expect(await ctx.db.withActor(system, async (tx) => personOf(ctx, tx, await citizenOf(one)))).toMatchObject({ name: 'فاطنة', phone: '+212661004209' });
  const event = (await centre.events(one.id)).find(({ type }) => type === 'case.rectified');
  expect(event?.data).toMatchObject({ fields: ['name', 'phone'] });
  expect(JSON.stringify(event)).not.toContain('4209');
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
