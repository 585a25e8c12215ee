import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openDeps } from '#deps';
import { migrate } from '#db/migrate';
import { readSettings, Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { freshDatabase } from '../support/database.ts';

/** PostgreSQL CVE-2025-8713, CVE-2024-10976, CVE-2026-6473; OpenClaw GHSA-c37p-4qqg-3p76. */
let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

it('a PostgreSQL with known holes is refused, and nothing is done to its database', async () => {
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  // A function of the same name, found first, stands for an old server.
  await sql.unsafe(`create function public.current_setting(name text) returns text language sql as
    $$ select case name when 'server_version_num' then '180003' when 'server_version' then '18.3' else pg_catalog.current_setting(name) end $$`);
  await sql.unsafe(`alter database ${new URL(database.url).pathname.slice(1)} set search_path = public, pg_catalog`);
  await expect(migrate(database.url)).rejects.toThrow('Insat needs PostgreSQL 18.4 or newer; this one is 18.3');
  await sql.unsafe(`alter database ${new URL(database.url).pathname.slice(1)} reset search_path; drop function public.current_setting(text)`);
  await sql.end();
  await migrate(database.url);
});

const unsigned = { AccountSid: `AC${'0'.repeat(32)}`, MessageSid: `SM${'0'.repeat(32)}`, From: '+212661000444', To: '+212661864445', Body: 'سلام', NumMedia: '0' };

it('no setting, at any of its values, turns off the check of a signature', async () => {
  const Shape = z.object({ properties: z.record(z.string(), z.looseObject({ type: z.string().optional(), enum: z.array(z.string()).optional() })) });
  const shapes = Shape.parse(z.toJSONSchema(Settings, { io: 'input', unrepresentable: 'any' })).properties;
  const line = { TWILIO_ACCOUNT_SID: unsigned.AccountSid, TWILIO_AUTH_TOKEN: '9d1c5e7a3b2f4860', TWILIO_SMS_FROM: unsigned.To };
  const base = { DATABASE_URL: database.url, PUBLIC_URL: 'https://insat.example', CODE_KEY: 'a1'.repeat(32), LOG_KEY: 'b2'.repeat(32), INDEX_KEY: 'c3'.repeat(32), DATA_KEYS: `1:${'d4'.repeat(32)}`, DEMO: 'true', ...line };
  const tries = Object.entries(shapes).filter(([name]) => !(name in base) || name === 'DEMO').flatMap(([name, { enum: choices }]) =>
    [...(choices ?? []), 'true', 'false', '0', '1', '127.0.0.1', 'https://insat.example', 'http://127.0.0.1:9', 'skip', 'off'].map((value) => ({ ...base, [name]: value })));
  let asked = 0;
  for (const environment of tries) {
    const settings = (() => {
      try {
        return readSettings(environment);
      } catch {
        return null;
      }
    })();
    if (!settings || settings.REDIS_URL !== undefined) continue;
    const { ctx, close } = await openDeps(settings, createLog('silent'));
    for (const signature of [undefined, '', 'x', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='])
      expect(ctx.channels[0]?.verify({ url: 'https://insat.example/webhooks/twilio/messages', headers: { 'x-twilio-signature': signature }, query: {}, body: unsigned })).toBe(false);
    asked += 1;
    await close();
  }
  expect(asked).toBeGreaterThan(10);
});
