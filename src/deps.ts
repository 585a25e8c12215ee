import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { channelsOf, voiceOf } from '#channels/configured';
import { openDatabase, type Database } from '#db/client';
import { system } from '#db/actor';
import { openKeyStore, type KeyStore } from '#db/key-store';
import { keysUrlOf } from '#db/migrate-keys';
import { keyFingerprints } from '#db/schema/tables';
import { createIntake } from '#domain/cases/intake.actions';
import { createAdmission } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { createInbox } from '#domain/messages/inbound.actions';
import { sealEarlier } from '#domain/personal/earlier.actions';
import { keepConsentTexts } from '#domain/rights/consent.actions';
import { repeatErasures } from '#domain/rights/repeating.actions';
import type { Retention } from '#domain/rights/retention.actions';
import { sealEarlierSecrets } from '#domain/staff/earlier-secrets.actions';
import { clamd } from '#files/scanner';
import { openPrompts, type Prompts } from '#files/prompts';
import { openFolder } from '#files/store';
import { openProvider } from '#identity/openid';
import type { JobStore } from '#jobs/backend';
import { openJobs } from '#jobs/jobs';
import { systemClock, type Clock } from '#lib/clock';
import { logSigner } from '#lib/checkpoint';
import { listOf, originsOf, type Settings } from '#lib/config';
import { fingerprint, loadKey, loadVersions } from '#lib/keys';
import type { Log } from '#lib/log';
import { parseVerifierKey, type Signer, type Verifier } from '#lib/note';
import { openLive, type Carrier, type Live } from '#live/bus';

export type Deps = {
  ctx: Context;
  live: Live;
  jobStore: JobStore;
  /** For the sealer only: no action or query of the context can sign. */
  logSigner: Signer;
  retention: Retention;
  close(): Promise<void>;
};

/** Builds every client once. `settings` must hold DATABASE_URL and PUBLIC_URL. */
export const openDeps = async (settings: Settings, log: Log, clock: Clock = systemClock): Promise<Deps> => {
  if (settings.DATABASE_URL === undefined || settings.PUBLIC_URL === undefined) throw new Error('no database or public address');
  const jobStore: JobStore = settings.REDIS_URL === undefined ? { databaseUrl: settings.DATABASE_URL } : { redisUrl: settings.REDIS_URL };
  const codeKey = await loadKey('code', settings.CODE_KEY, settings.DATA_DIR);
  const logKey = await loadKey('log', settings.LOG_KEY, settings.DATA_DIR);
  const indexKey = await loadKey('index', settings.INDEX_KEY, settings.DATA_DIR);
  const db = openDatabase(settings.DATABASE_URL, log);
  const keys = await openKeys(settings.DATABASE_URL, settings, log);
  await assertSame(db, 'code', codeKey, otherKey.code);
  await assertSame(db, 'log', logKey, otherKey.log);
  await assertSame(db, 'index', indexKey, otherKey.index);
  await assertSame(db, 'key store', Buffer.from(await keys.identity()), otherKey.store);
  for (const { version, key } of await loadVersions(settings.DATA_KEYS, settings.DATA_DIR)) await assertSame(db, `data ${version}`, key, otherKey.data);
  await keepConsentTexts({ db, clock });
  const jobs = openJobs(jobStore, log);
  const live = openLiveLine(settings, db, log);
  const base = { db, keys, clock, log, jobs, live, codeKey, indexKey, witnesses: witnessesOf(settings), secondFactor: secondFactorOf(settings, settings.PUBLIC_URL), channels: channelsOf(settings, clock), telephone: telephoneOf(settings), smsDailyCap: settings.SMS_DAILY_CAP, smallestCell: settings.SMALLEST_CELL, sso: ssoOf(settings), ...filesOf(settings) };
  // Whoever was erased is not to be read in what a backup brought back, not even for a moment.
  await repeatErasures(base);
  await sealEarlier(base);
  await sealEarlierSecrets(base);
  const ctx: Context = { ...base, intake: createIntake(base), admission: createAdmission(base), inbox: createInbox(base) };
  return {
    ctx,
    live,
    jobStore,
    logSigner: logSigner(logKey),
    retention: retentionOf(settings),
    async close() {
      // Each is closed whatever became of the others: a job store that is away cannot close either.
      for (const part of [jobs, live, db, keys]) await part.close().catch((err: unknown) => log.warn({ err }, 'a connection did not close'));
    },
  };
};

export const retentionOf = ({ RETENTION_DAYS: narrative, RETENTION_RAW_DAYS: raw }: Settings): Retention => ({ narrative, raw });

export const filesOf = ({ FILES_DIR, DATA_DIR, CLAMD_URL }: Settings): Pick<Context, 'files' | 'scanner'> => ({
  files: openFolder(FILES_DIR ?? join(DATA_DIR, 'files')),
  scanner: CLAMD_URL === undefined ? null : clamd(CLAMD_URL),
});

const witnessesOf = ({ WITNESS_KEYS: keys = '' }: Settings): Verifier[] => listOf(keys).flatMap((key) => parseVerifierKey(key, 4) ?? []);

const telephoneOf = (settings: Settings): Context['telephone'] => {
  const voice = voiceOf(settings);
  return voice && { voice, prompts: promptsOf(settings) };
};

export const promptsOf = ({ VOICE_PROMPTS_DIR, DATA_DIR }: Settings): Prompts => openPrompts(VOICE_PROMPTS_DIR ?? join(DATA_DIR, 'voice-prompts'));

/** Where the provider sends people back; registered there. */
const ssoReturn = '/api/v1/staff/sso/callback';

const ssoOf = ({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl }: Settings): Context['sso'] => {
  if (issuer === undefined || clientId === undefined || clientSecret === undefined || publicUrl === undefined) return null;
  return openProvider({ issuer, clientId, clientSecret, redirectUri: publicUrl.replace(/\/$/, '') + ssoReturn });
};

/** Browsers bind keys to names, never to addresses; on one's own machine the name is localhost. */
const secondFactorOf = (settings: Settings, publicUrl: string): Context['secondFactor'] => {
  const { hostname } = new URL(publicUrl);
  return { required: settings.DEMO !== true, rpId: hostname === '127.0.0.1' ? 'localhost' : hostname, origins: originsOf(publicUrl) };
};

const otherKey = {
  code: "The key of the citizens' codes is not the one this database was begun with. Set CODE_KEY to that key, or DATA_DIR to the folder that holds it.",
  log: "The key that signs the log of events is not the one this database's log was begun with. Set LOG_KEY to that key, or DATA_DIR to the folder that holds it.",
  index: 'The key that finds phone numbers is not the one this database was begun with. Set INDEX_KEY to that key, or DATA_DIR to the folder that holds it.',
  data: 'A key that wraps the keys of personal data is not the one that this database knows under its version. Set DATA_KEYS to those keys, or DATA_DIR to the folder that holds it.',
  store: "The key store is not this database's: everybody would seem erased. Set KEYS_DATABASE_URL to the right one, or bring it back from its backup.",
};

/** With another key every code, name or number would be wrong, or the log another one, from now on; so the start refuses. */
const assertSame = (db: Database, name: string, key: Buffer, fault: string): Promise<void> =>
  db.withActor(system, async (tx) => {
    await tx.db.insert(keyFingerprints).values({ name, fingerprint: fingerprint(key) }).onConflictDoNothing();
    const known = (await tx.db.select().from(keyFingerprints)).find((one) => one.name === name);
    if (!known?.fingerprint.equals(fingerprint(key))) throw new Error(fault);
  });

/** The key store of these settings. @throws Error a version of DATA_KEYS that is still in use is missing */
export const openKeys = async (databaseUrl: string, settings: Settings, log: Log): Promise<KeyStore> => {
  const versions = await loadVersions(settings.DATA_KEYS, settings.DATA_DIR);
  const byVersion = new Map(versions.map(({ version, key }) => [version, createSecretKey(key)]));
  const keys = openKeyStore(keysUrlOf(databaseUrl, settings.KEYS_DATABASE_URL), { current: versions[0]?.version ?? 0, byVersion }, log, settings.KEYS_DATABASE_URL === undefined);
  const missing = (await keys.versions()).filter((version) => !byVersion.has(version));
  if (missing.length === 0) return keys;
  await keys.close();
  throw new Error(`DATA_KEYS lacks version ${missing.join(', ')}, which still wraps keys of personal data. Put it back at the end, and remove it once \`npm run cli -- rotate-keys\` has ended.`);
};

const channel = 'insat_live';

/** Joins the programs that run on these settings. */
export const openLiveLine = (settings: Settings, db: Database, log: Log): Live =>
  openLive(settings.REDIS_URL === undefined ? throughPostgres(db) : throughRedis(settings.REDIS_URL, log), log);

/** Its connections are the database's, and end with it. */
const throughPostgres = (db: Database): Carrier => ({
  publish: (payload) => db.notify(channel, payload),
  subscribe: (onPayload, onReady) => db.listen(channel, onPayload, onReady),
  close: async () => undefined,
});

const throughRedis = (url: string, log: Log): Carrier => {
  const open = (): Redis => {
    const client = new Redis(url, { maxRetriesPerRequest: 1 });
    client.on('error', (err: Error) => log.warn({ err }, 'Redis is away'));
    return client;
  };
  let publisher: Redis | null = null;
  let subscriber: Redis | null = null;
  return {
    async publish(payload) {
      publisher ??= open();
      await publisher.publish(channel, payload);
    },
    async subscribe(onPayload, onReady) {
      const client = open();
      subscriber = client;
      client.on('message', (_channel: string, payload: string) => onPayload(payload));
      client.on('ready', onReady);
      try {
        await client.subscribe(channel);
      } catch (err) {
        // It would connect again, but without its subscription.
        client.disconnect();
        throw err;
      }
    },
    async close() {
      for (const client of [publisher, subscriber]) client?.disconnect();
    },
  };
};
