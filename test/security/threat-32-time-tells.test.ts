import { afterAll, beforeAll, expect, it } from 'vitest';
import { newReference } from '#lib/reference';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

// For logins: mistake-39-login-oracle.test.ts.
const clock = testClock();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
});
afterAll(() => app.close());

it('a wrong code is refused in the same words, headers and time, whether its reference exists or not', async () => {
  const { reference, code } = (await app.post('/api/v1/cases', filing())).json as { reference: string; code: string };
  const wrong = code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  const times = { known: [] as number[], unknown: [] as number[] };
  const told = new Set<string>();
  const tryAt = async (which: keyof typeof times, typed: string): Promise<void> => {
    const began = performance.now();
    const { status, headers, text } = await app.post('/api/v1/track', { reference: typed, code: wrong });
    times[which].push(performance.now() - began);
    told.add(JSON.stringify([status, text, [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name))]));
  };
  for (let i = 0; i < 15; i += 1) {
    await tryAt('known', reference);
    await tryAt('unknown', newReference());
    // So that no budget is spent: what is asked here is the time of a guess that counts.
    clock.advance(2 * 3_600_000);
  }
  expect([...told].map((one) => one.slice(0, 4))).toEqual(['[404']);
  const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2);
});
