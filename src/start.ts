import { randomBytes } from 'node:crypto';
import { startEmbedded } from '#db/embedded';
import { migrate } from '#db/migrate';
import { keysUrlOf, migrateKeys } from '#db/migrate-keys';
import { holdsDemo, isEmpty, seedDemo, type DemoLogin } from '#dev/demo';
import { startFakeSmsGate, type FakeSmsGate } from '#dev/fake-smsgate/server';
import { startFakeTwilio } from '#dev/fake-twilio/server';
import { throughSim, throughTwilio, type Carrier } from '#dev/simulator/carriers';
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
  const { settings, carriers, phone } = isDemo ? await pretendProviders(base, log) : { settings: base, carriers: null, phone: null };

  const deps = await openDeps(settings, log);
  stops.push(() => deps.close());
  const logins = isDemo ? await seedDemo(deps.ctx, settings.DEMO_PASSWORD) : [];
  const web = await serve(settings, deps, log, carriers ? async (app) => void (await app.register(simulatorRoutes(carriers, settings.TWILIO_SMS_FROM ?? ''))) : undefined);
  stops.push(() => web.close());
  phone?.beat();
  const work = startWork(deps);
  stops.push(() => work.close());
  announce(settings, logins);
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

type Pretended = { settings: Settings & { PUBLIC_URL: string }; carriers: readonly [Carrier, ...Carrier[]] | null; phone: FakeSmsGate | null };

/** The demo's line: servers that speak the protocols of SMSGate and of Twilio, unless a provider is configured. */
const pretendProviders = async (settings: Settings & { PUBLIC_URL: string }, log: Log): Promise<Pretended> => {
  const accountSid = settings.TWILIO_ACCOUNT_SID ?? `AC${randomBytes(16).toString('hex')}`;
  const authToken = settings.TWILIO_AUTH_TOKEN?.split(',')[0] ?? randomBytes(16).toString('hex');
  const number = settings.TWILIO_SMS_FROM ?? '+212661864445';
  const line = { ...settings, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: settings.TWILIO_AUTH_TOKEN ?? authToken, TWILIO_SMS_FROM: number };
  if (settings.TWILIO_BASE_URL !== undefined) return { settings: line, carriers: null, phone: null };
  const publicUrl = settings.PUBLIC_URL.replace(/\/$/, '');
  const webhookBase = `http://127.0.0.1:${settings.PORT}`;
  const whatsApp = settings.TWILIO_WHATSAPP_FROM ?? number;
  const fake = await startFakeTwilio({ accountSid, authToken, number, whatsApp, publicUrl, webhookBase, log });
  stops.push(() => fake.close());
  const twilio = throughTwilio(fake, number);
  const withTwilio = { ...line, TWILIO_BASE_URL: fake.url, TWILIO_WHATSAPP_FROM: whatsApp };
  // Whoever brings a provider of their own means that one to carry the line's SMS.
  if (settings.SMSGATE_URL !== undefined || settings.TWILIO_ACCOUNT_SID !== undefined) return { settings: withTwilio, carriers: [twilio], phone: null };

  const [user, password, signingKey] = ['insat', randomBytes(16).toString('hex'), randomBytes(24).toString('hex')];
  const phone = await startFakeSmsGate({ account: 'default', user, password, signingKey, number, webhookBase, log });
  stops.push(() => phone.close());
  return {
    settings: { ...withTwilio, SMSGATE_URL: phone.url, SMSGATE_USER: user, SMSGATE_PASSWORD: password, SMSGATE_SIGNING_KEY: signingKey },
    carriers: [throughSim(phone), twilio],
    phone,
  };
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
