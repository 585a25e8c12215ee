import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from 'otpauth';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rotateKeys } from '#cli/rotate-keys';
import { openDeps, openKeys } from '#deps';
import { useTotp } from '#domain/staff/totp.actions';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { startApp, testClock, type TestApp } from '../support/app.ts';
import { staffOf, type Staff } from '../support/factors.ts';

const clock = testClock();
const log = createLog('silent');
let app: TestApp;
let sql: postgres.Sql;
let staff: Staff;
beforeAll(async () => {
  app = await startApp({ clock, sms: false, demo: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  staff = staffOf(app);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const settings = (dataKeys = `1:${'55'.repeat(32)}`) =>
  Settings.parse({ DATABASE_URL: app.databaseUrl, PUBLIC_URL: app.url, CODE_KEY: '11'.repeat(32), LOG_KEY: '44'.repeat(32), DATA_KEYS: dataKeys, INDEX_KEY: '66'.repeat(32) });
const signIn = async (login: string, secret: string): Promise<number> => {
  clock.advance(30_000);
  return (await staff.signIn(login, { totp: staff.numberOf(secret) })).status;
};
const kept = async (login: string): Promise<Buffer> => {
  const [row] = await sql<{ secret: Buffer }[]>`select f.secret from totp_factors f join staff s on s.id = f.staff_id where s.login = ${login}`;
  return row?.secret ?? expect.fail('no secret');
};
/** As versions before sealed it. */
const earlier = (staffId: string, secret: string): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(hkdfSync('sha256', Buffer.from('11'.repeat(32), 'hex'), '', 'insat/totp-secret/1', 32)), nonce).setAAD(Buffer.from(staffId));
  return Buffer.concat([nonce, cipher.update(Buffer.from(Secret.fromBase32(secret).bytes)), cipher.final(), cipher.getAuthTag()]);
};

it('whoever enrolled with an earlier version signs in after the upgrade as before', async () => {
  const { secret } = await staff.withTotp('fatima');
  const [row] = await sql<{ id: string }[]>`select id from staff where login = 'fatima'`;
  const old = earlier(row?.id ?? '', secret);
  await sql`update totp_factors set secret = ${old}, pending = ${old} where staff_id = ${row?.id ?? ''}`;
  // Two programs start at once.
  for (const deps of await Promise.all([openDeps(settings(), log), openDeps(settings(), log)])) await deps.close();
  expect([old.length, (await kept('fatima')).length]).toEqual([48, 49]);
  expect(await signIn('fatima', secret)).toBe(200);
});

it('a secret that is put into the row of somebody else opens nothing', async () => {
  const [thief, victim] = [await staff.withTotp('thief'), await staff.withTotp('victim')];
  await sql`update totp_factors set secret = ${await kept('thief')} where staff_id = (select id from staff where login = 'victim')`;
  expect(await signIn('victim', thief.secret)).not.toBe(200);
  expect(await signIn('victim', victim.secret)).not.toBe(200);
});

it('the wrapping key that is replaced is not needed for them any more', async () => {
  const { secret } = await staff.withTotp('rotated');
  const [first, second] = [`1:${'55'.repeat(32)}`, `2:${randomBytes(32).toString('hex')}`];
  const keys = await openKeys(app.databaseUrl, settings(`${second},${first}`), log);
  expect(await rotateKeys(keys)).toMatch(/In use: version 2\.$/);
  await keys.close();
  const renewed = await openKeys(app.databaseUrl, settings(second), log);
  const [row] = await sql<{ id: string }[]>`select id from staff where login = 'rotated'`;
  clock.advance(30_000);
  expect(await useTotp({ ...app.deps.ctx, keys: renewed }, row?.id ?? '', staff.numberOf(secret))).toBe(true);
  await renewed.close();
});
