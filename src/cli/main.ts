import { openDatabase } from '#db/client';
import { startEmbedded } from '#db/embedded';
import { migrate } from '#db/migrate';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { readSettings } from '#lib/config';
import { sayAndExit } from '#lib/start-fault';
import { addStaff, addStaffUsage } from './add-staff.ts';

/** Maintenance, on DATABASE_URL or, where there is none, on the database under DATA_DIR while Insat is stopped. */
const main = async ([command, ...args]: string[]): Promise<void> => {
  if (command !== 'add-staff') throw new Error(`Usage: npm run cli -- ${addStaffUsage}`);
  const settings = readSettings(process.env);
  const own = settings.DATABASE_URL === undefined ? await startEmbedded({ dataDir: settings.DATA_DIR }) : null;
  try {
    const url = settings.DATABASE_URL ?? own?.url ?? '';
    await migrate(url);
    const db = openDatabase(url, createLog('warn'));
    try {
      const { login, password } = await addStaff({ db, clock: systemClock }, args);
      process.stdout.write(`${login}\n${password}\n`);
    } finally {
      await db.close();
    }
  } finally {
    await own?.stop();
  }
};

main(process.argv.slice(2)).catch(sayAndExit);
