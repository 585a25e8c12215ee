import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, testClock, type TestApp } from '../support/app.ts';

/** RT CVE-2021-38562 and kin: the answer to a sign-in, or its time, told which logins exist. */
const clock = testClock();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  for (const login of ['known', 'closed']) await app.as('operator', 'centre-04', login);
  await app.deps.ctx.db.withActor({ kind: 'system' }, (tx) => tx.raw("update staff set active = false where login = $1", ['closed']));
});
afterAll(() => app.close());

const attempt = (login: string, more: Record<string, unknown> = {}) => app.post('/api/v1/staff/session', { login, password: 'wrong', ...more });

it('a sign-in costs the same work, and answers the same, whether the login exists, was closed, or never was', async () => {
  const times: Record<string, number[]> = { known: [], closed: [], unknown: [] };
  const texts = new Set<string>();
  for (let i = 0; i < 4; i += 1)
    for (const [login, seen] of Object.entries(times)) {
      const began = performance.now();
      const { status, text } = await attempt(login);
      seen.push(performance.now() - began);
      texts.add(`${status} ${text}`);
    }
  expect(texts.size).toBe(1);
  const fastest = Object.values(times).map((seen) => Math.min(...seen));
  // Without the work of a hash an answer takes a tenth of the time.
  expect(Math.max(...fastest) / Math.min(...fastest)).toBeLessThan(2);
});

it('a sign-in with a key that is not known is refused before anything is looked up', async () => {
  for (const more of [{ role: 'administrator' }, { centreId: 'centre-06' }, { remember: true }]) expect((await attempt('known', more)).status).toBe(400);
});
