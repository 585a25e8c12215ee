import { openDatabase } from '#db/client';
import { startEmbedded } from '#db/embedded';
import { migrate } from '#db/migrate';
import { openLiveLine } from '#deps';
import type { Context } from '#domain/context';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { readSettings } from '#lib/config';
import { sayAndExit } from '#lib/start-fault';
import { addStaff, addStaffUsage } from './add-staff.ts';
import { closeStaffAccount, closeStaffUsage } from './close-staff.ts';

type Command = (ctx: Pick<Context, 'db' | 'clock' | 'live'>, args: string[]) => Promise<string>;

/** Each gives what it prints. */
const commands = new Map<string | undefined, Command>([
  ['add-staff', async (ctx, args) => {
    const { login, password } = await addStaff(ctx, args);
    return `${login}\n${password}\n`;
  }],
  ['close-staff', async (ctx, args) => `${await closeStaffAccount(ctx, args)} is closed.\n`],
]);

/** Maintenance, on DATABASE_URL or, where there is none, on the database under DATA_DIR while Insat is stopped. */
const main = async ([name, ...args]: string[]): Promise<void> => {
  const command = commands.get(name);
  if (!command) throw new Error(`Usage:\n${[addStaffUsage, closeStaffUsage].map((usage) => `  npm run cli -- ${usage}`).join('\n')}`);
  const settings = readSettings(process.env);
  const own = settings.DATABASE_URL === undefined ? await startEmbedded({ dataDir: settings.DATA_DIR }) : null;
  try {
    const url = settings.DATABASE_URL ?? own?.url ?? '';
    await migrate(url);
    const log = createLog('warn');
    const db = openDatabase(url, log);
    const live = openLiveLine(settings, db, log);
    try {
      process.stdout.write(await command({ db, clock: systemClock, live }, args));
    } finally {
      await live.close();
      await db.close();
    }
  } finally {
    await own?.stop();
  }
};

main(process.argv.slice(2)).catch(sayAndExit);
