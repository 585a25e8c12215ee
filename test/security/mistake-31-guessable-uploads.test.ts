import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { startApp, type TestApp } from '../support/app.ts';
import { pdf, stored, uploaded } from '../support/files.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

/** Zammad CVE-2024-33668. */
it('a handle is 128 random bits, and whoever reads the database or the store learns none', async () => {
  const bytes = pdf('the words of the citizen');
  const handles = await Promise.all(Array.from({ length: 40 }, () => uploaded(app, bytes)));
  expect(new Set(handles).size).toBe(40);
  const bits = handles.map((handle) => Buffer.from(handle, 'base64url'));
  expect(bits.every(({ length }) => length === 16)).toBe(true);
  // Each of the 128 bits is both 0 and 1 somewhere: none is fixed, counted or told by the time.
  for (let bit = 0; bit < 128; bit += 1) expect(new Set(bits.map((one) => ((one[bit >> 3] ?? 0) >> (bit & 7)) & 1)).size, `bit ${bit}`).toBe(2);
  const rows = JSON.stringify(await app.deps.ctx.db.withActor(system, (tx) => tx.raw('select t::text from attachments t', [])));
  for (const [index, handle] of handles.entries()) expect([rows.includes(handle), rows.includes(bits[index]?.toString('hex') ?? '')]).toEqual([false, false]);
  const names = await stored(app);
  expect(new Set(names).size).toBe(40);
  expect(names.filter((name) => !/^[0-9a-f]{32}$/.test(name))).toEqual([]);
});
