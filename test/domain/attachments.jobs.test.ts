import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';
import { photo, uploaded } from '../support/files.ts';
import { loseJobs, waitingJobs } from '../support/job-store.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

const files = () => app.deps.ctx.db.withActor(system, (tx) => tx.raw<{ state: string; key: number }>('select state, length(data_key) as key from attachments', []));
const allClean = () => eventually(async () => (await files()).every(({ state }) => state === 'clean'));
const file = async (...names: string[]): Promise<void> => {
  const attachments: string[] = [];
  for (const name of names) attachments.push(await uploaded(app, await photo(name)));
  expect((await app.post('/api/v1/cases', filing({ attachments }))).status).toBe(201);
};

it('a photo whose job was lost, its key sealed under the key of its citizen by then, is made anew all the same', async () => {
  await file('one', 'two');
  // No worker runs yet: the jobs are there, and nobody has taken them.
  await eventually(() => waitingJobs(app.deps.jobStore, 'files').then((count) => count === 2));
  await loseJobs(app.deps.jobStore);
  // 32 bytes, and the 29 of what seals them.
  expect(await files()).toEqual([{ state: 'received', key: 61 }, { state: 'received', key: 61 }]);
  app.work();
  await allClean();
});

it('a photo is made anew by the worker by itself', async () => {
  await file('three', 'four');
  await allClean();
});
