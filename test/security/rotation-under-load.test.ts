import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { rotateKeys } from '#cli/rotate-keys';
import { system } from '#db/actor';
import { freePort } from '#db/embedded/port';
import { openDeps, openKeys } from '#deps';
import { putStaff } from '#domain/staff/accounts.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { hashPassword } from '#lib/password';
import { serve, withAddress } from '#serving';
import { filing } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';

const key = () => randomBytes(32).toString('hex');
const [first, second, third] = [`1:${key()}`, `2:${key()}`, `3:${key()}`];
const base = { DEMO: 'true', CODE_KEY: key(), LOG_KEY: key(), INDEX_KEY: key() };
const lines: string[] = [];
const log = createLog('error', { write: (line) => void lines.push(line) });

let database: Awaited<ReturnType<typeof freshDatabase>>;
const settingsFor = (dataKeys: string, port: number) => withAddress(Settings.parse({ ...base, DATABASE_URL: database.url, DATA_KEYS: dataKeys, PORT: port }), port);

/** A web program on these keys. `inFlight`: what it has not answered yet. */
const startProgram = async (dataKeys: string) => {
  const port = await freePort();
  const settings = settingsFor(dataKeys, port);
  const deps = await openDeps(settings, log);
  const web = await serve(settings, deps, log);
  return {
    url: settings.PUBLIC_URL,
    ctx: deps.ctx,
    inFlight: 0,
    async close() {
      await web.close();
      await deps.close();
    },
  };
};
type Program = Awaited<ReturnType<typeof startProgram>>;

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Those that a balancer sends requests to. */
const up: Program[] = [];
let [asked, turn] = [0, 0];
const failures: string[] = [];

const ask = async (path: string, body: unknown, expected: number | readonly number[], headers: Record<string, string> = {}): Promise<Record<string, unknown>> => {
  const program = up[(turn += 1) % up.length];
  if (!program) throw new Error('nobody is up');
  program.inFlight += 1;
  try {
    const response = await fetch(program.url + path, { headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) });
    const json = z.record(z.string(), z.unknown()).parse(response.status === 204 ? {} : await response.json());
    asked += 1;
    if (![expected].flat().includes(response.status)) failures.push(`${path.replace(/[\d-]+[a-f\d-]{20,}/, ':id')}: ${response.status} ${String(json['code'])}`);
    return json;
  } catch (error) {
    failures.push(`${path}: ${String(error)}`);
    return {};
  } finally {
    program.inFlight -= 1;
  }
};

/** Replaces each program in turn: out of the balancer, its requests answered, closed, and another begun with other keys. */
const restartAll = async (dataKeys: string): Promise<void> => {
  for (const old of up.slice()) {
    if (up.length > 1) up.splice(up.indexOf(old), 1);
    while (old.inFlight > 0) await aMoment();
    await old.close();
    up.push(await startProgram(dataKeys));
    // Both are asked for a while, the one still on other keys.
    await afterMore(25);
  }
};

const said: { reference: string; code: string; text: string }[] = [];
type Chief = { headers: { cookie: string }; reveals: number };
const chiefs: Chief[] = [];
let loading = true;

const file = async (): Promise<void> => {
  const text = `طلبوا مني رشوة، القضية رقم ${said.length} ${randomBytes(4).toString('hex')}`;
  const { reference, code } = await ask('/api/v1/cases', filing({ text, category: 'FAIR.BRIBE', territory: { province: 'MA-SAL' }, contact: { name: `سعاد ${text}`, phone: '0661000111' } }), 201);
  if (typeof reference === 'string' && typeof code === 'string') said.push({ reference, code, text });
};
const Tracked = z.object({ messages: z.array(z.object({ text: z.string() })) });
const track = async ({ reference, code, text }: { reference: string; code: string; text: string }): Promise<void> => {
  const answer = Tracked.safeParse(await ask('/api/v1/track', { reference, code }, 200));
  if (!answer.data?.messages.some((message) => message.text === text)) failures.push('a citizen could not read what they wrote');
};
/** Somebody of the centre takes the next case, is shown what is masked, and answers. */
const work = async (chief: Chief): Promise<void> => {
  const taken = z.object({ id: z.string() }).safeParse(await ask('/api/v1/staff/queues/integrity-04/next', {}, [200, 204], chief.headers));
  if (!taken.success) return;
  const path = `/api/v1/staff/cases/${taken.data.id}`;
  const { version, messages } = z.object({ version: z.int().catch(0), messages: z.array(z.object({ text: z.string().nullable() })).catch([]) }).parse(await ask(path, undefined, 200, chief.headers));
  if (messages.length === 0 || messages.some(({ text }) => text === null)) failures.push('a supervisor could not read a case');
  if (chief.reveals < 30) {
    chief.reveals += 1;
    const { name } = await ask(`${path}/reveal`, { reason: 'التحقق من الهوية' }, 200, chief.headers);
    if (!String(name).startsWith('سعاد')) failures.push('a name could not be read');
  }
  await ask(`${path}/reply`, { version, text: 'نراجع ملفكم.' }, 200, chief.headers);
};
/** What the worker program does, on the keys of whichever program is up. */
const triage = async (): Promise<void> => {
  const program = up[0];
  if (!program) throw new Error('nobody is up');
  program.inFlight += 1;
  const { ctx } = program;
  for (const { id } of await ctx.db.withActor(system, (tx) => tx.raw<{ id: string }>('select id from cases where triaged_at is null order by received_at desc limit 5', [])))
    await triageCase(ctx, id).catch((error: unknown) => failures.push(`triage: ${String(error)}`));
  program.inFlight -= 1;
  await aMoment();
};
const client = async (act: () => Promise<void>): Promise<void> => {
  while (loading) await act();
};
/** So many requests more are answered. */
const afterMore = async (count: number): Promise<void> => {
  for (const until = asked + count; asked < until && failures.length === 0; ) await aMoment();
};
const rotate = async (dataKeys: string): Promise<string> => {
  const keys = await openKeys(database.url, settingsFor(dataKeys, 1), log);
  return rotateKeys(keys).finally(() => keys.close());
};

beforeAll(async () => {
  database = await freshDatabase();
  up.push(await startProgram(first), await startProgram(first));
  const hash = await hashPassword('correct horse battery');
  for (const login of ['one', 'two']) {
    await putStaff(up[0]?.ctx ?? expect.fail(), { login, name: 'Test', role: 'supervisor', language: 'ar', centreId: 'centre-04', password: { hash } });
    const signedIn = await fetch(`${up[0]?.url}/api/v1/staff/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, password: 'correct horse battery' }) });
    chiefs.push({ headers: { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }, reveals: 0 });
  }
});
afterAll(async () => {
  loading = false;
  for (const program of up) await program.close();
  await database.drop();
});

it('the wrapping key is replaced twice while citizens file and follow, and staff read, reveal and answer: nobody notices, and at the end the old keys are not needed', async () => {
  await file();
  // One of the last: those that the keys changed under.
  const pick = () => said.at(-1 - Math.floor(Math.random() * Math.min(said.length, 10))) ?? expect.fail();
  const clients = [client(triage), client(file), client(() => track(pick())), client(() => track(pick())), client(() => track(pick())), ...chiefs.map((chief) => client(() => work(chief)))];
  await afterMore(50);
  // As docs/operations.md has it: first everybody knows the new key, then everybody wraps by it, then the old one goes.
  for (const [old, next] of [[first, second], [second, third]] as const) {
    await restartAll(`${old},${next}`);
    await restartAll(`${next},${old}`);
    expect(await rotate(`${next},${old}`)).toMatch(new RegExp(`In use: version ${next.slice(0, 1)}\\.$`));
    await afterMore(50);
    await restartAll(next);
    await afterMore(25);
  }
  loading = false;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect(lines).toEqual([]);
  await Promise.all([0, 1, 2, 3].map(async (lane) => { for (const one of said.filter((_, i) => i % 4 === lane)) await track(one); }));
  expect(failures).toEqual([]);
  expect(chiefs.every(({ reveals }) => reveals > 0)).toBe(true);
  process.stdout.write(`rotation under load: ${asked} requests, ${said.length} filed, 0 refused\n`);
}, 300_000);
