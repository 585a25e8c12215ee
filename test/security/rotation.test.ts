import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import twilio from 'twilio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { openDeps, type Deps } from '#deps';
import { startFakeTwilio } from '#dev/fake-twilio/server';
import { readSettings } from '#lib/config';
import { createLog } from '#lib/log';
import { line } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'insat-rotation-'));
const accountSid = `AC${randomBytes(16).toString('hex')}`;
const publicUrl = 'https://insat.example';
const secret = () => randomBytes(16).toString('hex');
const key = () => randomBytes(32).toString('hex');
const fileOf = (name: string): string => join(folder, name);
const put = (name: string, content: string): void => writeFileSync(fileOf(name), `${content}\n`);

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeAll(async () => {
  database = await freshDatabase();
  put('DATABASE_URL', database.url);
  put('CODE_KEY', key());
  put('LOG_KEY', key());
  put('DATA_KEYS', `1:${key()}`);
  put('INDEX_KEY', key());
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** A program as it starts on the files as they are now. */
const start = (more: Record<string, string> = {}): Promise<Deps> => {
  const files = ['DATABASE_URL', 'CODE_KEY', 'LOG_KEY', 'DATA_KEYS', 'INDEX_KEY'].map((name) => [`${name}_FILE`, fileOf(name)]);
  return openDeps(readSettings({ ...Object.fromEntries(files), PUBLIC_URL: publicUrl, ...more }), createLog('silent'));
};

it("the provider's token is replaced without a message refused on the way in or out", async () => {
  const [before, after] = [secret(), secret()];
  const url = `${publicUrl}/webhooks/twilio/messages`;
  const form = { AccountSid: accountSid, MessageSid: `SM${secret()}`, From: '+212661000444', To: line, Body: 'سلام' };
  /** What a restart on this file takes from the provider, and whether a provider that knows `token` takes what is sent. */
  const restart = async (content: string, token: string): Promise<{ takesBefore: boolean | undefined; takesAfter: boolean | undefined; sent: string }> => {
    put('TWILIO_AUTH_TOKEN', content);
    const fake = await startFakeTwilio({ accountSid, authToken: token, number: line, publicUrl, webhookBase: 'http://127.0.0.1:1', schedule: () => undefined });
    const { ctx, close } = await start({ TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN_FILE: fileOf('TWILIO_AUTH_TOKEN'), TWILIO_SMS_FROM: line, TWILIO_BASE_URL: fake.url });
    const takes = (signer: string) => ctx.channels[0]?.verify({ url, headers: { 'x-twilio-signature': twilio.getExpectedTwilioSignature(signer, url, form) }, query: {}, body: form });
    const sent = await ctx.channels[0]?.send({ to: '+212661000444', text: 'سلام', id: crypto.randomUUID() });
    const all = { takesBefore: takes(before), takesAfter: takes(after), sent: sent?.outcome ?? 'no line' };
    await close();
    await fake.close();
    return all;
  };
  expect(await restart(before, before)).toEqual({ takesBefore: true, takesAfter: false, sent: 'accepted' });
  expect(await restart(`${after},${before}`, after)).toEqual({ takesBefore: true, takesAfter: true, sent: 'accepted' });
  expect(await restart(after, after)).toEqual({ takesBefore: false, takesAfter: true, sent: 'accepted' });
});

it("the database's password is replaced while a program runs: it goes on, and the next start needs the new one", async () => {
  const sql = postgres(database.url, { max: 1 });
  const role = `rotating_${randomBytes(4).toString('hex')}`;
  const ask = ({ ctx }: Deps) => ctx.db.withActor(system, (tx) => tx.raw<{ role: string }>('select session_user as role', []));
  const setPassword = async (verb: 'create' | 'alter', password: string): Promise<string> => {
    await sql.unsafe(`${verb} role ${role} superuser login password '${password}'`);
    return Object.assign(new URL(database.url), { username: role, password }).href;
  };
  put('DATABASE_URL', await setPassword('create', secret()));
  const running = await start();
  const renewed = await setPassword('alter', secret());
  expect(await ask(running)).toEqual([{ role }]);
  await expect(start()).rejects.toThrow('password authentication failed');
  put('DATABASE_URL', renewed);
  const next = await start();
  expect(await ask(next)).toEqual([{ role }]);
  await next.close();
  await running.close();
  await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  await sql.end();
});

it('a start on other keys than those the database was begun with is refused, so a key is never replaced by mistake', async () => {
  put('DATABASE_URL', database.url);
  for (const name of ['CODE_KEY', 'LOG_KEY', 'INDEX_KEY', 'DATA_KEYS']) {
    const kept = name === 'DATA_KEYS' ? `1:${key()}` : key();
    await expect(start({ [`${name}_FILE`]: '', [name]: kept })).rejects.toThrow(`Set ${name} to th`);
  }
});
