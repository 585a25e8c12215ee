import { parseArgs } from 'node:util';
import { openDatabase, type Database } from '#db/client';
import { startEmbedded } from '#db/embedded';
import { migrate } from '#db/migrate';
import { filesOf, openKeys, openLiveLine, promptsOf, retentionOf } from '#deps';
import type { Context } from '#domain/context';
import { logSigner } from '#lib/checkpoint';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { readSettings, type Settings } from '#lib/config';
import { readKey } from '#lib/keys';
import { parseVerifierKey, type Verifier } from '#lib/note';
import { sayAndExit } from '#lib/start-fault';
import { addOrganisation, addOrganisationUsage } from './add-organisation.ts';
import { addStaff, addStaffUsage } from './add-staff.ts';
import { closeStaffAccount, closeStaffUsage } from './close-staff.ts';
import { link, linkIdentityUsage, unlink, unlinkIdentityUsage } from './link-identity.ts';
import { retentionUsage, runRetention } from './retention.ts';
import { rotateKeys, rotateKeysUsage } from './rotate-keys.ts';
import { checkLog, verifyLogUsage } from './verify-log.ts';
import { listPrompts, voicePromptsUsage } from './voice-prompts.ts';
import { witness, witnessUsage } from './witness.ts';

/** Each gives what it prints. */
const commands = new Map<string | undefined, (settings: Settings, args: string[]) => Promise<string>>([
  ['add-organisation', (settings, args) => maintain(settings, async (ctx) => `${await addOrganisation(ctx, args)} is known.`)],
  ['add-staff', (settings, args) => maintain(settings, async (ctx) => {
    const { login, password } = await addStaff(ctx, args);
    return `${login}\n${password}`;
  })],
  ['close-staff', (settings, args) => maintain(settings, async (ctx) => `${await closeStaffAccount(ctx, args)} is closed.`)],
  ['link-identity', (settings, args) => maintain(settings, (ctx) => link(ctx, args, settings.OIDC_ISSUER))],
  ['unlink-identity', (settings, args) => maintain(settings, (ctx) => unlink(ctx, args, settings.OIDC_ISSUER))],
  ['retention', (settings, args) => maintain(settings, async (ctx, url) => {
    const log = createLog('warn');
    const keys = await openKeys(url, settings, log);
    return runRetention({ ...ctx, log, keys, ...filesOf(settings) }, retentionOf(settings), args).finally(() => keys.close());
  })],
  ['rotate-keys', (settings) => maintain(settings, async (_, url) => {
    const keys = await openKeys(url, settings, createLog('warn'));
    return rotateKeys(keys).finally(() => keys.close());
  })],
  ['voice-prompts', async (settings) => listPrompts(promptsOf(settings))],
  ['witness', (_settings, args) => witness(args, systemClock.now())],
  ['verify-log', async (settings, args) => {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { database: option, checkpoint: option, key: option } });
    const log = await verifierOf(settings, values.key);
    const where = values.database === undefined ? settings : { ...settings, DATABASE_URL: values.database };
    // A database that is looked at is not brought to another version.
    return onDatabase(where, (db) => checkLog(db, log, values.checkpoint));
  }],
]);

/** Maintenance, on DATABASE_URL or, where there is none, on the database under DATA_DIR while Insat is stopped. */
const main = async ([name, ...args]: string[]): Promise<void> => {
  const command = commands.get(name);
  if (!command) throw new Error(`Usage:\n${[addOrganisationUsage, addStaffUsage, closeStaffUsage, linkIdentityUsage, retentionUsage, rotateKeysUsage, unlinkIdentityUsage, verifyLogUsage, voicePromptsUsage, witnessUsage].map((usage) => `  npm run cli -- ${usage}`).join('\n')}`);
  process.stdout.write(`${await command(readSettings(process.env), args)}\n`);
};

/** On a database brought to this version, with the live line to the consoles. */
const maintain = (settings: Settings, work: (ctx: Pick<Context, 'db' | 'clock' | 'live'>, databaseUrl: string) => Promise<string>): Promise<string> =>
  onDatabase(settings, async (db, url) => {
    await migrate(url);
    const live = openLiveLine(settings, db, createLog('warn'));
    try {
      return await work({ db, clock: systemClock, live }, url);
    } finally {
      await live.close();
    }
  });

const onDatabase = async (settings: Settings, work: (db: Database, url: string) => Promise<string>): Promise<string> => {
  const own = settings.DATABASE_URL === undefined ? await startEmbedded({ dataDir: settings.DATA_DIR }) : null;
  try {
    const url = settings.DATABASE_URL ?? own?.url ?? '';
    const db = openDatabase(url, createLog('warn'));
    try {
      return await work(db, url);
    } finally {
      await db.close();
    }
  } finally {
    await own?.stop();
  }
};

/** The public key that is given, for whoever has nothing else; or the one of our own key, which is never made here. */
const verifierOf = async (settings: Settings, given: string | undefined): Promise<Verifier> => {
  if (given === undefined) {
    const key = settings.LOG_KEY === undefined ? await readKey('log', settings.DATA_DIR) : Buffer.from(settings.LOG_KEY, 'hex');
    return logSigner(key).verifier;
  }
  const verifier = parseVerifierKey(given);
  if (!verifier) throw new Error('--key: not a public key as verify-log prints it.');
  return verifier;
};

main(process.argv.slice(2)).catch(sayAndExit);
