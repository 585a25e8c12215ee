import { startEmbedded } from '#db/embedded';
import { migrate } from '#db/migrate';
import { keysUrlOf, migrateKeys } from '#db/migrate-keys';
import { holdsDemo, isEmpty, seedDemo, type DemoLogin } from '#dev/demo';
import { pretendProviders } from '#dev/pretending';
import { simulatorRoutes } from '#dev/simulator/routes';
import { assertTimeZoneData } from '#lib/clock';
import { assertSecrets, readSettings, type Settings } from '#lib/config';
import { makeKey } from '#lib/keys';
import { createLog, type Log } from '#lib/log';
import { sayAndExit } from '#lib/start-fault';
import { stopOnSignal } from '#lib/stopping';
import { startWork } from '#workers/work';
import { openDeps } from './deps.ts';
import { choosePort, serve, withAddress } from './serving.ts';

/** What has been started, stopped in the opposite order. */
const stops: (() => Promise<void>)[] = [];
const stopAll = async (): Promise<void> => {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
};

/** `npm start`: everything in one process, on a machine with nothing but Node. */
const main = async (): Promise<void> => {
  assertTimeZoneData();
  const given = readSettings(process.env);
  const log = createLog(given.LOG_LEVEL ?? 'warn');
  stopOnSignal(log, stopAll);

  const port = await choosePort(given);
  const databaseUrl = given.DATABASE_URL ?? (await ownDatabase(given));
  await migrate(databaseUrl);
  await migrateKeys(keysUrlOf(databaseUrl, given.KEYS_DATABASE_URL));
  const isDemo = await wantsDemo(given, databaseUrl);
  if (!isDemo) assertSecrets(given);
  await makeKey('code', given.CODE_KEY, given.DATA_DIR);
  await makeKey('log', given.LOG_KEY, given.DATA_DIR);
  await makeKey('data', given.DATA_KEYS, given.DATA_DIR);
  await makeKey('index', given.INDEX_KEY, given.DATA_DIR);
  const base = withAddress({ ...given, DATABASE_URL: databaseUrl, DEMO: isDemo }, port);
  const { settings, simulated, phone } = isDemo ? await pretending(base, log) : { settings: base, simulated: null, phone: null };

  const deps = await openDeps(settings, log);
  stops.push(() => deps.close());
  const logins = isDemo ? await seedDemo(deps.ctx, settings.DEMO_PASSWORD) : [];
  const web = await serve(settings, deps, log, simulated ? async (app) => void (await app.register(simulatorRoutes(simulated))) : undefined);
  stops.push(() => web.close());
  phone?.beat();
  const work = startWork(deps);
  stops.push(() => work.close());
  announce(settings, logins);
};

const pretending = async (settings: Settings & { PUBLIC_URL: string }, log: Log) => {
  const pretended = await pretendProviders(settings, log);
  stops.push(...pretended.stops);
  return pretended;
};

const ownDatabase = async (settings: Settings): Promise<string> => {
  const server = await startEmbedded({ dataDir: settings.DATA_DIR });
  stops.push(() => server.stop());
  return server.url;
};

/** On by itself only in a database of our own that is empty, or that holds the demo already. */
const wantsDemo = async (settings: Settings, databaseUrl: string): Promise<boolean> => {
  if (settings.DEMO !== undefined) return settings.DEMO;
  return settings.DATABASE_URL === undefined && ((await isEmpty(databaseUrl)) || (await holdsDemo(databaseUrl)));
};

const announce = (settings: Settings, logins: DemoLogin[]): void => {
  const lines = [
    ...(logins.length === 0
      ? []
      : ['', 'Demo logins for /console:', ...logins.map(({ login, password }) => `  ${login.padEnd(14)} ${password}`), '']),
    `Insat is listening on http://${settings.HOST === '0.0.0.0' ? '127.0.0.1' : settings.HOST}:${settings.PORT}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
};

main().catch(async (error: unknown) => {
  await stopAll();
  sayAndExit(error);
});
