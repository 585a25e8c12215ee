import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '#contract/words';
import { openDeps, type Deps } from '#deps';
import type { Schedule } from '#dev/fake-twilio/schedule';
import { startFakeTwilio, type FakeTwilio } from '#dev/fake-twilio/server';
import { startFakeSmsGate, type FakeSmsGate } from '#dev/fake-smsgate/server';
import { putStaff } from '#domain/staff/accounts.actions';
import type { Clock } from '#lib/clock';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { serve, withAddress } from '#serving';
import { freePort } from '#db/embedded/port';
import { startWork } from '#workers/work';
import { freshDatabase } from './database.ts';
import { freshJobStore } from './job-store.ts';
import { template } from './twilio-line.ts';

/** A clock that stands still until a test moves it. */
export const testClock = (start = new Date('2026-11-22T10:00:00Z')): Clock & { advance(ms: number): void; set(at: Date): void } => {
  let now = start;
  return {
    now: () => new Date(now),
    advance: (ms) => (now = new Date(now.getTime() + ms)),
    set: (at) => (now = at),
  };
};

export const line = '+212661864445';
const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'a-token-for-tests-only';
const telephone = { TWILIO_API_KEY_SID: `SK${'0'.repeat(32)}`, TWILIO_API_KEY_SECRET: 'a-secret-for-tests-only', TWILIO_VOICE_APP_SID: `AP${'0'.repeat(32)}`, TWILIO_VOICE_FROM: line };

export type TestApp = {
  url: string;
  databaseUrl: string;
  /** Where citizens' files are kept, sealed. */
  filesDir: string;
  deps: Deps;
  fake: FakeTwilio;
  /** The line's SIM, with `sim: true`. */
  phone: FakeSmsGate;
  /** Starts the worker program's part in this process. */
  work(): void;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  remove(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Makes an account and signs in; the headers carry its cookie. */
  as(role: Role, centreId: string | null, login?: string, organisationId?: string): Promise<{ cookie: string }>;
  close(): Promise<void>;
};
/** Where staff sign in through the administration. */
type Sso = { issuer: string; client: { clientId: string; clientSecret: string } };
export type Answer = { status: number; headers: Headers; text: string; json: Record<string, unknown> };

/**
 * The whole product on a fresh database, listening on loopback, with a pretended provider that speaks the real
 * protocol. `work: true` also runs the workers; `trustProxy: '127.0.0.1'` lets a test call from any address;
 * `sim: true` puts the line's SIM before Twilio, `gapSeconds` after each of its messages, and with `ownNumber` it knows its own; Twilio's time is the real one, unless `provider` says otherwise; `whatsapp: true` has the number on WhatsApp too; `demo: false` asks the staff for a second factor; `log` gets every line of web and workers, down to `debug`. Nothing is
 * shared with another test file.
 */
export const startApp = async (options: { clock?: Clock; work?: boolean; sms?: boolean; sim?: boolean; gapSeconds?: number; ownNumber?: boolean; provider?: { clock: Clock; schedule: Schedule }; whatsapp?: boolean; trustProxy?: string; sso?: Sso; clamdUrl?: string; demo?: boolean; log?: (line: string) => void } = {}): Promise<TestApp> => {
  const database = await freshDatabase();
  const store = await freshJobStore(database.url);
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const fake = await startFakeTwilio({ accountSid, authToken, number: line, whatsApp: line, templates: new Map([[template.id, template.text]]), publicUrl, webhookBase: publicUrl, ...options.provider });
  const sim = { account: 'default', user: 'insat', password: 'a-password-for-tests', signingKey: 'a-signing-key-for-tests-of-32-letters' };
  const phone = await startFakeSmsGate({ ...sim, number: line, webhookBase: publicUrl, ...(options.clock ? { clock: options.clock } : {}), ...options.provider });
  const filesDir = await mkdtemp(join(tmpdir(), 'insat-files-'));
  const settings = withAddress(
    Settings.parse({
      PORT: port,
      DEMO: String(options.demo ?? true),
      DATABASE_URL: database.url,
      CODE_KEY: '11'.repeat(32),
      FILES_DIR: filesDir,
      CLAMD_URL: options.clamdUrl,
      TRUST_PROXY: options.trustProxy,
      LOG_KEY: '44'.repeat(32),
      ...(options.sso ? { OIDC_ISSUER: options.sso.issuer, OIDC_CLIENT_ID: options.sso.client.clientId, OIDC_CLIENT_SECRET: options.sso.client.clientSecret } : {}),
      DATA_KEYS: `1:${'55'.repeat(32)}`,
      INDEX_KEY: '66'.repeat(32),
      ...('redisUrl' in store ? { REDIS_URL: store.redisUrl } : {}),
      ...(options.sms === false ? {} : { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_SMS_FROM: line, TWILIO_BASE_URL: fake.url, ...telephone }),
      ...(options.whatsapp === true ? { TWILIO_WHATSAPP_FROM: line, TWILIO_WHATSAPP_TEMPLATES: `${template.name}:${template.id}` } : {}),
      ...(options.sim === true ? { SMSGATE_URL: phone.url, SMSGATE_GAP_SECONDS: options.gapSeconds ?? 0, SMSGATE_USER: sim.user, SMSGATE_PASSWORD: sim.password, SMSGATE_SIGNING_KEY: sim.signingKey, ...(options.ownNumber === true ? { SMSGATE_NUMBER: line } : {}) } : {}),
    }),
    port,
  );
  const log = options.log ? createLog('debug', { write: options.log }) : createLog(process.env['TEST_LOG_LEVEL'] ?? 'silent');
  const deps = await openDeps(settings, log, options.clock);
  const web = await serve(settings, deps, log);
  let worker: { close(): Promise<void> } | null = null;
  const work = () => {
    worker ??= startWork(deps);
  };
  if (options.work === true) work();

  const call = async (method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> => {
    const response = await fetch(publicUrl + path, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
  };
  const post: TestApp['post'] = (path, body, headers = {}) => call('POST', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

  return {
    url: publicUrl,
    databaseUrl: database.url,
    filesDir,
    deps,
    fake,
    phone,
    work,
    post,
    get: (path, headers = {}) => call('GET', path, headers),
    remove: (path, headers = {}) => call('DELETE', path, headers),
    async as(role, centreId, login = role, organisationId) {
      await putStaff(deps.ctx, { login, name: `Test ${login}`, role, language: 'ar', centreId, ...(organisationId === undefined ? {} : { organisationId }), password: 'correct horse battery' });
      const signedIn = await post('/api/v1/staff/session', { login, password: 'correct horse battery' });
      return { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    },
    async close() {
      await web.close();
      await worker?.close();
      await deps.close();
      await fake.close();
      await phone.close();
      await database.drop();
      await rm(filesDir, { recursive: true });
    },
  };
};

/** Asks again until `check` gives something, or fails after `seconds`: for what a worker does in its own time. */
export const eventually = async <T>(check: () => Promise<T | null | undefined | false>, seconds = 15): Promise<T> => {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`nothing came within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

export const filing = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'complaint',
  text: 'توقف الدعم منذ شهرين بدون تفسير، أنا أرملة ولدي ثلاثة أطفال.',
  consent: true,
  ...more,
});
