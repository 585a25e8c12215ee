import { parseArgs } from 'node:util';
import { openDatabase, type Database } from '#db/client';
import { startEmbedded } from '#db/embedded';
import { migrate } from '#db/migrate';
import { logSigner } from '#lib/checkpoint';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { readSettings, type Settings } from '#lib/config';
import { readKey } from '#lib/keys';
import { parseVerifierKey, type Verifier } from '#lib/note';
import { sayAndExit } from '#lib/start-fault';
import { addStaff, addStaffUsage } from './add-staff.ts';
import { checkLog } from './verify-log.ts';

const usage = `Usage: npm run cli -- ${addStaffUsage}
       npm run cli -- verify-log [--database <URL>] [--checkpoint <file>] [--key <public key>]`;

/** Maintenance, on DATABASE_URL or, where there is none, on the database under DATA_DIR while Insat is stopped. */
const main = async ([command, ...args]: string[]): Promise<void> => {
  const settings = readSettings(process.env);
  if (command === 'add-staff') {
    await onDatabase(settings, async (db, url) => {
      await migrate(url);
      const { login, password } = await addStaff({ db, clock: systemClock }, args);
      return `${login}\n${password}`;
    });
  } else if (command === 'verify-log') {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { database: option, checkpoint: option, key: option } });
    const log = await verifierOf(settings, values.key);
    const where = values.database === undefined ? settings : { ...settings, DATABASE_URL: values.database };
    // A database that is looked at is not brought to another version.
    await onDatabase(where, (db) => checkLog(db, log, values.checkpoint));
  } else throw new Error(usage);
};

const onDatabase = async (settings: Settings, work: (db: Database, url: string) => Promise<string>): Promise<void> => {
  const own = settings.DATABASE_URL === undefined ? await startEmbedded({ dataDir: settings.DATA_DIR }) : null;
  try {
    const url = settings.DATABASE_URL ?? own?.url ?? '';
    const db = openDatabase(url, createLog('warn'));
    try {
      process.stdout.write(`${await work(db, url)}\n`);
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
