import { migrate } from '#db/migrate';
import { keysUrlOf, migrateKeys } from '#db/migrate-keys';
import { assertTimeZoneData } from '#lib/clock';
import { neededByPrograms, readSettings } from '#lib/config';
import { createLog } from '#lib/log';
import { sayAndExit } from '#lib/start-fault';
import { stopOnSignal } from '#lib/stopping';
import { openDeps } from '#deps';
import { withAddress } from '#serving';
import { startWork } from './work.ts';

/** The worker program of a real installation: triage, sending, sweep. Any number may run. */
const main = async (): Promise<void> => {
  assertTimeZoneData();
  const given = readSettings(process.env, neededByPrograms);
  const log = createLog(given.LOG_LEVEL ?? 'info');
  await migrate(given.DATABASE_URL ?? '');
  await migrateKeys(keysUrlOf(given.DATABASE_URL ?? '', given.KEYS_DATABASE_URL));
  const deps = await openDeps(withAddress(given, given.PORT), log);
  const work = startWork(deps);
  stopOnSignal(log, async () => {
    await work.close();
    await deps.close();
  });
  log.info('working');
};

main().catch(sayAndExit);
