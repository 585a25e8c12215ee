import { afterAll, beforeAll, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import { system } from '#db/actor';
import { prune } from '#domain/sweep/prune.actions';
import { deriveCode } from '#lib/code';
import { newReference } from '#lib/reference';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';
import { solved } from '../support/challenge.ts';

const minute = 60_000;
const clock = testClock();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, sms: false, trustProxy: '127.0.0.1' });
});
afterAll(() => app.close());

const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
type Secret = { reference: string; code: string };
const file = async (): Promise<Secret> => {
  const { reference, code } = Receipt.parse((await app.post('/api/v1/cases', filing())).json);
  return { reference, code };
};
const other = (code: string, step = 1): string => String((Number(code) + step) % 1_000_000).padStart(6, '0');
const track = async (secret: Secret, address: string, headers: Record<string, string> = {}) =>
  app.post('/api/v1/track', secret, { 'x-forwarded-for': address, ...headers });

/** Forty at once, as a machine would; the answers by status and code. */
const flood = async (guesses: readonly { secret: Secret; address: string }[]): Promise<Record<string, number>> => {
  const answers: Record<string, number> = {};
  const waiting = [...guesses];
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { status, json } = await track(next.secret, next.address);
      const answer = `${status} ${String(json['code'] ?? json['status'])}`;
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 40 }, one));
  return answers;
};

it('10,000 guesses from 500 addresses of one network never open a case, and its honest citizens are served', async () => {
  // An attacker who knows 400 references, and would hit each with the fourth of 25 guesses.
  const known = await Promise.all(Array.from({ length: 400 }, file));
  const guesses = Array.from({ length: 25 }, (_, round) =>
    known.map(({ reference, code }, i) => ({
      secret: { reference, code: round === 3 ? code : other(code, round + 1) },
      address: `2001:db8:5:5::${((round * 400 + i) % 500).toString(16)}`,
    })),
  ).flat();
  expect(guesses).toHaveLength(10_000);
  const answers = await flood(guesses);
  expect(Object.keys(answers).toSorted()).toEqual(['404 not_found_or_wrong_code', '429 challenge_needed']);
  // A hundred for the network, the first at each reference, and those that were judged at the same instant.
  expect(answers['404 not_found_or_wrong_code']).toBeLessThanOrEqual(520);

  const honest = await file();
  expect((await track(honest, '2001:db8:5:5::ffff')).status).toBe(200);
  // Even at a reference that is under attack, after a challenge.
  const [attacked] = known;
  if (!attacked) throw new Error('nothing was filed');
  expect((await track(attacked, '2001:db8:5:5::ffff')).json).toMatchObject({ status: 429, code: 'challenge_needed' });
  expect((await track(attacked, '2001:db8:5:5::ffff', await solved(app, '2001:db8:5:5::ffff'))).status).toBe(200);
  // And elsewhere nobody notices.
  expect((await track(attacked, '2001:db8:5:6::1')).status).toBe(200);
}, 240_000);

it('a solved challenge buys one try, and never a locked reference', async () => {
  const secret = await file();
  const address = '2001:db8:5:5::1';
  expect((await track({ ...secret, code: other(secret.code) }, address)).status).toBe(404);
  const headers = await solved(app, address);
  expect((await track({ ...secret, code: other(secret.code, 2) }, address, headers)).status).toBe(404);
  expect((await track(secret, address, headers)).json).toMatchObject({ code: 'challenge_needed' });
  for (let i = 3; i <= 5; i += 1) await track({ ...secret, code: other(secret.code, i) }, '192.0.2.1');
  const locked = await track(secret, address, await solved(app, address));
  expect(locked).toMatchObject({ status: 429, json: { code: 'too_many_attempts' } });
  expect(Number(locked.headers.get('retry-after'))).toBe(15 * 60);
});

it('wrong codes from everywhere together are counted too, and then everybody solves a challenge', async () => {
  const secret = await file();
  await rows("insert into failed_attempts (subject_hash, at) select sha256('codes'), $1::timestamptz from generate_series(1, 2000)", clock.now().toISOString());
  expect((await track(secret, '198.51.100.1')).json).toMatchObject({ code: 'challenge_needed' });
  expect((await track(secret, '198.51.100.1', await solved(app, '198.51.100.1'))).status).toBe(200);
  clock.advance(15 * minute);
  expect((await track(secret, '198.51.100.1')).status).toBe(200);
});

it('no network is kept in a form from which it could be found again', async () => {
  await track({ reference: newReference(), code: '000000' }, '198.51.100.9');
  const found = await rows("select 1 from failed_attempts where subject_hash = sha256('codes:198.51.100.9')");
  expect(found).toEqual([]);
});

it('guesses are forgotten after a day, and not before', async () => {
  await app.deps.ctx.db.withActor(system, (tx) => tx.raw('delete from failed_attempts', []));
  await track({ reference: newReference(), code: '000000' }, '198.51.100.9');
  const kept = async () => (await rows('select 1 from failed_attempts')).length;
  clock.advance(24 * 60 * minute);
  await prune(app.deps.ctx);
  expect(await kept()).toBe(3);
  clock.advance(1);
  await prune(app.deps.ctx);
  expect(await kept()).toBe(0);
});

it('the database alone never yields a code', async () => {
  const { reference, code } = await file();
  const [row] = await rows<{ id: string; code_hash: Buffer }>('select id, code_hash from cases where reference = $1', reference);
  expect(deriveCode(app.deps.ctx.codeKey, row?.id ?? '')).toBe(code);
  expect(deriveCode(Buffer.alloc(32), row?.id ?? '')).not.toBe(code);
});
