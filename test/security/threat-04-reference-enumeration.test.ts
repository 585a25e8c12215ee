import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import { openDeps, type Deps } from '#deps';
import { callerOf } from '#domain/challenge/admission.actions';
import { openByCode } from '#domain/tracking/tracking.queries';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { newReference } from '#lib/reference';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

const clock = testClock();
let app: TestApp;
let deps: Deps;
let between: Server;
/** What was said to the database: the kind and length of each message, as they come. */
let said: string[] = [];

/** The messages that a client sends (PostgreSQL's protocol, section 54.7): a letter, a length, the rest. */
const listen = (onMessage: (message: string) => void) => {
  let left = Buffer.alloc(0);
  let begun = false;
  return (part: Buffer): void => {
    left = Buffer.concat([left, part]);
    for (;;) {
      const head = begun ? 1 : 0;
      if (left.length < head + 4) return;
      const length = left.readUInt32BE(head);
      if (left.length < head + length) return;
      if (begun) onMessage(`${String.fromCharCode(left[0] ?? 0)}${length}`);
      // The first message has no letter.
      left = left.subarray(head + length);
      begun = true;
    }
  };
};

beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  const database = new URL(app.databaseUrl);
  between = createServer((client) => {
    const server = connect(Number(database.port), database.hostname);
    client.on('data', listen((message) => said.push(message)));
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) socket.on('error', () => (client.destroy(), server.destroy()));
  });
  await new Promise<void>((ready) => between.listen(0, '127.0.0.1', ready));
  const url = Object.assign(new URL(app.databaseUrl), { port: String((between.address() as AddressInfo).port), hostname: '127.0.0.1' }).href;
  deps = await openDeps(Settings.parse({ DATABASE_URL: url, PUBLIC_URL: app.url, CODE_KEY: '11'.repeat(32), LOG_KEY: '44'.repeat(32), DATA_KEYS: `1:${'55'.repeat(32)}`, INDEX_KEY: '66'.repeat(32) }), createLog('silent'), clock);
});
afterAll(async () => {
  await deps.close();
  between.close();
  await app.close();
});

const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const file = async (): Promise<{ reference: string; code: string }> => Receipt.parse((await app.post('/api/v1/cases', filing())).json);

it('a hundred made-up references get one answer, the same as a wrong code, and cost nothing to ask for again', async () => {
  const { reference, code } = await file();
  const typed = [{ reference, code: other(code) }, ...Array.from({ length: 99 }, () => ({ reference: newReference(), code: '123456' }))];
  const answers = await Promise.all(typed.map((one) => app.post('/api/v1/track', one)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 404, json: { code: 'not_found_or_wrong_code' } });
});

it('an unknown reference makes the database do exactly what a wrong code does (threat 32)', async () => {
  const caller = callerOf(deps.ctx, { address: '198.51.100.1' });
  const wordsFor = async (reference: string): Promise<string[]> => {
    said = [];
    // Each is refused; what they have in common is what is tried.
    await openByCode(deps.ctx, { reference, code: '000000' }, caller).catch(() => null);
    return said;
  };
  const known = [await file(), await file(), await file()];
  // The first uses prepare the statements.
  for (let i = 0; i < 3; i += 1) await wordsFor(newReference());
  const wrong = await wordsFor(known[0]?.reference ?? '');
  expect(wrong.length).toBeGreaterThan(10);
  expect(await wordsFor(newReference())).toEqual(wrong);
  expect(await wordsFor(known[1]?.reference ?? '')).toEqual(wrong);
});
