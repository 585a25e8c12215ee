import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChannelHealth } from '#contract/channels';
import { checkChannels } from '#domain/channels/checking.actions';
import { isTestDue, isTestText, testText } from '#domain/channels/own-sms.rules';
import { reconcile } from '#domain/channels/reconciling.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { sweep } from '#domain/sweep/sweep.actions';
import { newId } from '#lib/id';
import { line, startApp, testClock, type TestApp } from '../support/app.ts';
import { outgoingOf } from '../support/outgoing.ts';
import { createTurns } from '../support/turns.ts';

const minute = 60_000;
const clock = testClock(new Date('2026-11-22T10:00:00Z'));
const turns = createTurns();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, sim: true, ownNumber: true, provider: { clock, schedule: turns.schedule } });
});
afterAll(() => app.close());
afterEach(() => app.phone.network(true));

const channel = async () => {
  // Anew after hours in which nobody did anything.
  const supervisor = await app.as('supervisor', 'centre-04');
  const [sim] = z.array(ChannelHealth).parse((await app.get('/api/v1/staff/channels', supervisor)).json);
  if (sim?.figures === undefined || sim.figures === null) throw new Error('there is no SIM');
  return { ...sim, ...sim.figures };
};
const { rows } = outgoingOf(() => app);
const kept = () => rows<{ body: string; case_id: string | null }>("select body, case_id from messages where direction = 'in'");
const tests = (): number => app.phone.messagesTo(line).length;
/** Time passes, the phone tells each minute that it is alive, and what it was given travels, where there is a network. */
const pass = async (minutes: number): Promise<void> => {
  for (let i = 0; i < minutes; i += 1) {
    clock.advance(minute);
    await app.phone.ping();
    await checkChannels(app.deps.ctx);
    await turns.run();
  }
};
const write = (text: string, from = '+212661550042') => app.phone.receiveFromHandset({ from, text });

describe('a line that knows its number', () => {
  it('sends an SMS to itself when it is set up, and sees it come back, keeping nothing of it', async () => {
    await pass(1);
    expect(tests()).toBe(1);
    const { state, carriedAt, unreturnedSince } = await channel();
    expect([state, carriedAt, unreturnedSince]).toEqual(['ok', clock.now().toISOString(), null]);
    expect(await kept()).toEqual([]);
  });

  it('sends the next one after an hour in which nobody wrote, and no sooner', async () => {
    await pass(59);
    expect(tests()).toBe(1);
    await pass(1);
    expect(tests()).toBe(2);
  });

  it('sends none while people write: their messages show the same', async () => {
    const before = tests();
    for (let i = 0; i < 4; i += 1) {
      await pass(30);
      await write(`توقف الدعم منذ شهر ${i}`);
    }
    expect((await channel()).carriedAt).toBe(clock.now().toISOString());
    expect(tests()).toBe(before);
  });

  it('asks once, however many workers look at the same instant', async () => {
    await pass(59);
    const before = tests();
    clock.advance(minute);
    await Promise.all(Array.from({ length: 8 }, () => checkChannels(app.deps.ctx)));
    await turns.run();
    expect(tests()).toBe(before + 1);
  });
});

describe('a SIM by which nothing travels, in a phone that is alive', () => {
  it('is seen within minutes, told to everybody after half an hour, and well again with the first SMS that comes back', async () => {
    await pass(59);
    app.phone.network(false);
    await pass(1);
    const since = clock.now().toISOString();
    await pass(9);
    expect((await channel()).state).toBe('ok');
    await pass(1);
    expect(await channel()).toMatchObject({ state: 'degraded', since, unreturnedSince: since });
    const before = tests();
    await pass(5);
    expect(tests()).toBe(before + 1);
    await pass(15);
    expect(await channel()).toMatchObject({ state: 'down', since });
    app.phone.network(true);
    await pass(15);
    expect(await channel()).toMatchObject({ state: 'ok', since: null, unreturnedSince: null });
  });

  it('is well again with the first word of a citizen', async () => {
    await pass(59);
    app.phone.network(false);
    await pass(40);
    expect((await channel()).state).toBe('down');
    await write('واش كاين شي جديد؟');
    expect((await channel()).state).toBe('ok');
  });

  it('is not well because the phone tells late what it had heard long before', async () => {
    await pass(59);
    app.phone.network(false);
    await pass(40);
    await app.phone.receiveFromHandset({ from: '+212661550043', text: 'كتبت هذا قبل ساعات', at: new Date(clock.now().getTime() - 120 * minute) });
    expect((await channel()).state).toBe('down');
    expect((await kept()).some(({ body }) => body === 'كتبت هذا قبل ساعات')).toBe(true);
    app.phone.network(true);
    await pass(20);
    expect((await channel()).state).toBe('ok');
  });
});

describe('what comes from the line’s own number', () => {
  it('comes back through the inbox where its webhook was lost, and is no missing message', async () => {
    app.phone.network(false);
    await pass(75);
    await app.phone.receiveFromHandset({ from: line, text: app.phone.messagesTo(line)[0]?.text ?? '', lost: true });
    expect(await reconcile(app.deps.ctx)).toBe(0);
    expect((await channel()).unreturnedSince).toBeNull();
    expect((await kept()).filter(({ body }) => isTestText(body))).toEqual([]);
  });

  it('proves nothing where it is not the last test: an old one, or one that somebody made up', async () => {
    app.phone.network(false);
    await pass(75);
    const { unreturnedSince } = await channel();
    expect(unreturnedSince).not.toBeNull();
    expect((await app.phone.receiveFromHandset({ from: line, text: testText(newId(clock.now())) })).status).toBe(200);
    expect((await channel()).unreturnedSince).toBe(unreturnedSince);
  });

  it('is kept where somebody wrote it, and neither begins a case nor is answered, so that the line never talks with itself', async () => {
    const before = tests();
    await write('جربت الهاتف', line);
    const [written] = await rows<{ id: string }>("select id from messages where body = 'جربت الهاتف'");
    await routeMessage(app.deps.ctx, written?.id ?? '');
    // Past every time at which words that were held would become a case.
    for (let i = 0; i < 3; i += 1) {
      clock.advance(10 * minute);
      await sweep(app.deps.ctx);
      await routeMessage(app.deps.ctx, written?.id ?? '');
    }
    expect((await kept()).find(({ body }) => body === 'جربت الهاتف')).toMatchObject({ case_id: null });
    expect(tests()).toBe(before);
    expect(await rows("select 1 from messages where direction = 'out' and contact_point_id = (select contact_point_id from messages where body = 'جربت الهاتف')")).toEqual([]);
  });

  it('is a citizen’s where another number writes the words of a test', async () => {
    const text = testText(newId(clock.now()));
    await write(text, '+212661550044');
    expect((await kept()).map(({ body }) => body)).toContain(text);
  });
});

describe('a line that does not know its number', () => {
  it('sends nothing to itself', async () => {
    const other = await startApp({ clock, sim: true });
    await checkChannels(other.deps.ctx);
    expect(other.phone.messagesTo(line)).toEqual([]);
    await other.close();
  });
});

it.each<[what: string, carriedAgo: number | null, testedAgo: number | null, unreturned: boolean, due: boolean]>([
  ['nothing is known', null, null, false, true],
  ['something came an hour ago', 60, 60, false, true],
  ['something came 59 minutes ago', 59, 59, false, false],
  ['a test is under way', 61, 1, true, false],
  ['a test did not come back for a quarter of an hour', 75, 15, true, true],
  ['a clock that was wrong says that something will come in two hours', -120, -120, false, true],
])('the line asks itself: %s', (_, carriedAgo, testedAgo, unreturned, due) => {
  const now = clock.now();
  const at = (ago: number | null): Date | null => (ago === null ? null : new Date(now.getTime() - ago * minute));
  expect(isTestDue({ carriedAt: at(carriedAgo), testedAt: at(testedAgo), unreturnedSince: unreturned ? at(testedAgo) : null }, now)).toBe(due);
});
