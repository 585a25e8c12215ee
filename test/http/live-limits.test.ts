import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveClose } from '#contract/live';
import { eventually, startApp, type TestApp } from '../support/app.ts';
import { openConsole } from '../support/console.ts';
import { closeCode, openRaw } from '../support/raw-socket.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

it('a console that does not read is closed, and never makes others wait', async () => {
  const reading = await openConsole(app.url, await app.as('operator', 'centre-04'));
  const { socket, ended } = await openRaw(app.url, await app.as('supervisor', 'centre-04'));
  socket.pause();
  // More than the system holds for a reader that is away, and the megabyte that we do.
  for (let round = 0; round < 15; round += 1) {
    for (let i = 0; i < 10_000; i += 1)
      app.deps.live.publish({ type: 'case.changed', caseId: crypto.randomUUID(), version: 1, centreId: 'centre-04', restricted: false, readers: null, blocked: null });
    await eventually(async () => reading.frames.length >= 10_000);
    reading.frames.length = 0;
  }
  socket.resume();
  expect(closeCode(await ended)).toBe(liveClose.slow);
  reading.close();
  expect(await reading.closed).toBe(1005);
});

it('a person has ten sockets, and a new one when one of them is gone', async () => {
  const tabs = await app.as('operator', 'centre-04', 'tabs');
  const open = () => openConsole(app.url, tabs);
  const ten = await Promise.all(Array.from({ length: 10 }, open));
  const eleventh = await open();
  expect(await eleventh.closed).toBe(1013);
  const other = await openConsole(app.url, await app.as('supervisor', 'centre-04'));
  ten[0]?.close();
  await ten[0]?.closed;
  // The server may hear of it a moment later.
  const again = await eventually(async () => {
    const one = await open();
    return (await Promise.race([one.closed, pause(100, 'open')])) === 'open' && one;
  });
  for (const one of [...ten.slice(1), other, again]) {
    one.close();
    expect(await one.closed).toBe(1005);
  }
});

it('a console that comes while the sessions of others are checked is never signed out', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, (_, i) => app.as('operator', 'centre-04', `newcomer${i}`)));
  const consoles = [await openConsole(app.url, people[0] ?? { cookie: '' })];
  for (const person of people.slice(1)) {
    // Starts a check, which is under way when the next one comes.
    app.deps.live.publish({ type: 'sessions.ended' });
    await pause(45);
    consoles.push(...(await Promise.all(Array.from({ length: 5 }, () => openConsole(app.url, person)))));
  }
  for (const one of consoles) {
    one.close();
    expect(await one.closed).toBe(1005);
  }
});
