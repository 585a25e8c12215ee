import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeStaffAccount } from '#cli/close-staff';
import { liveClose } from '#contract/live';
import { openDeps, type Deps } from '#deps';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { startApp, type TestApp } from '../support/app.ts';
import { openConsole, type Console } from '../support/console.ts';

let app: TestApp;
/** Another program on the same database, such as a second web program or the command line. */
let elsewhere: Deps;
beforeAll(async () => {
  app = await startApp({ sms: false });
  const { jobStore } = app.deps;
  const settings = Settings.parse({
    DATABASE_URL: app.databaseUrl, PUBLIC_URL: app.url, CODE_KEY: '11'.repeat(32), LOG_KEY: '44'.repeat(32), DATA_KEYS: `1:${'55'.repeat(32)}`, INDEX_KEY: '66'.repeat(32), ...('redisUrl' in jobStore ? { REDIS_URL: jobStore.redisUrl } : {}),
  });
  elsewhere = await openDeps(settings, createLog('silent'));
});
afterAll(async () => {
  await elsewhere.close();
  await app.close();
});

/**
 * Ends sessions, and expects these sockets to be closed within a second, and this process to be told. Which of the two
 * comes first is chance: the check of every second may fall between the end and the hint.
 */
const expectClosed = async (closing: Console[], end: () => Promise<unknown>): Promise<void> => {
  const told = Promise.withResolvers<void>();
  const forget = app.deps.live.subscribe({ hint: (hint) => hint.type === 'sessions.ended' && told.resolve(), missed: () => undefined });
  await end();
  const ended = performance.now();
  expect(await Promise.all(closing.map(({ closed }) => closed))).toEqual(closing.map(() => liveClose.revoked));
  expect(performance.now() - ended).toBeLessThan(1000);
  await told.promise;
  forget();
};
const isOpen = (console: Console): Promise<boolean> => Promise.race([console.closed.then(() => false), new Promise<boolean>((resolve) => setImmediate(resolve, true))]);

it('the kill switch closes the live sockets of the centre within a second, and of no other', async () => {
  const administrator = await app.as('administrator', null);
  const [one, two, other] = await Promise.all([
    openConsole(app.url, await app.as('operator', 'centre-04')),
    openConsole(app.url, await app.as('supervisor', 'centre-04')),
    openConsole(app.url, await app.as('operator', 'centre-06', 'neighbour')),
  ]);
  await expectClosed([one, two], () => app.post('/api/v1/staff/centres/centre-04/sign-out', {}, administrator));
  expect(await isOpen(other)).toBe(true);
  other.close();
});

it('a session that its person ends from elsewhere closes its socket within a second', async () => {
  const there = await app.as('operator', 'centre-04');
  const socket = await openConsole(app.url, there);
  const signedIn = await app.post('/api/v1/staff/session', { login: 'operator', password: 'correct horse battery' });
  const here = { cookie: (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  await expectClosed([socket], () => app.remove('/api/v1/staff/sessions', here));
});

it('an account that another program closes loses its socket within a second', async () => {
  const socket = await openConsole(app.url, await app.as('operator', 'centre-04', 'leaver'));
  await expectClosed([socket], () => closeStaffAccount(elsewhere.ctx, ['--login', 'leaver']));
});
