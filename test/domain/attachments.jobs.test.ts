import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';
import { photo, uploaded } from '../support/files.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false, work: true });
});
afterAll(() => app.close());

it('a photo is made anew by the worker by itself', async () => {
  const attachments = [await uploaded(app, await photo()), await uploaded(app, await photo('two'))];
  expect((await app.post('/api/v1/cases', filing({ attachments }))).status).toBe(201);
  const states = () => app.deps.ctx.db.withActor(system, (tx) => tx.raw<{ state: string }>('select state from attachments', []));
  await eventually(async () => (await states()).every(({ state }) => state === 'clean'));
});
