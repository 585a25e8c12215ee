import { migrate } from '#db/migrate';
import { keysUrlOf, migrateKeys } from '#db/migrate-keys';
import { assertTimeZoneData } from '#lib/clock';
import { neededByPrograms, readSettings } from '#lib/config';
import { createLog } from '#lib/log';
import { stopOnSignal } from '#lib/stopping';
import { openDeps } from './deps.ts';
import { sayAndExit } from '#lib/start-fault';
import { choosePort, serve, withAddress } from './serving.ts';

/** The web program of a real installation: API, webhooks, pages, live. The work is done by workers/index.ts. */
const main = async (): Promise<void> => {
  assertTimeZoneData();
  const given = readSettings(process.env, neededByPrograms);
  const log = createLog(given.LOG_LEVEL ?? 'info');
  await migrate(given.DATABASE_URL ?? '');
  await migrateKeys(keysUrlOf(given.DATABASE_URL ?? '', given.KEYS_DATABASE_URL));
  const settings = withAddress(given, await choosePort(given));
  const deps = await openDeps(settings, log);
  const web = await serve(settings, deps, log);
  stopOnSignal(log, async () => {
    await web.close();
    await deps.close();
  });
  log.info({ port: settings.PORT }, 'listening');
};

main().catch(sayAndExit);
