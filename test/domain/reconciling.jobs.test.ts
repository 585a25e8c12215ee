import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '#db/embedded/port';
import { system } from '#db/actor';
import { reconcile } from '#domain/channels/reconciling.actions';
import { nextNight, sinceFor } from '#domain/channels/reconciling.rules';
import type { Context } from '#domain/context';
import { eventually, line, startApp, testClock, type TestApp } from '../support/app.ts';

const clock = testClock(new Date());
const minutes = 60_000;
const hours = 60 * minutes;
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, sim: true, whatsapp: true });
  app.work();
});
afterAll(() => app.close());
// The last run of the test before is over.
beforeEach(() => clock.advance(6 * minutes));

const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
const casesAbout = (text: string) => rows<{ channel: string }>("select c.channel from cases c join messages m on m.case_id = c.id where m.kind = 'narrative' and m.body = $1", text);
const heard = (text: string) => rows('select 1 from messages where body = $1', text);
const lostAtTwilio = async (from: string, text: string): Promise<void> => {
  app.fake.pointAt({ publicUrl: app.url, webhookBase: `http://127.0.0.1:${await freePort()}` });
  // Nobody answers there, as is meant.
  await app.fake.receiveFromHandset({ from, to: line, text }).catch(() => undefined);
  app.fake.pointAt({ publicUrl: app.url, webhookBase: app.url });
};

describe('a text whose webhook never came', () => {
  it('to the SIM becomes a case within one run, and the webhook that comes after all changes nothing', async () => {
    const said = { from: '+212661770001', text: 'لم أتوصل بالدعم، من السيم' };
    const { at } = await app.phone.receiveFromHandset({ ...said, lost: true });
    expect(await heard(said.text)).toEqual([]);
    expect(await reconcile(app.deps.ctx)).toBe(1);
    await eventually(async () => (await casesAbout(said.text)).length === 1);
    expect((await app.phone.receiveFromHandset({ ...said, at })).status).toBe(200);
    clock.advance(6 * minutes);
    expect(await reconcile(app.deps.ctx)).toBe(0);
    expect(await heard(said.text)).toHaveLength(1);
  });

  it('and was an MMS becomes one too, and its late webhook changes nothing', async () => {
    for (const [text, body] of [['هذه بطاقتي', 'هذه بطاقتي\n[image/jpeg]'], ['', '[image/jpeg]']] as const) {
      const said = { from: '+212661770021', text, files: ['image/jpeg'] };
      const { at } = await app.phone.receiveFromHandset({ ...said, lost: true });
      expect(await reconcile(app.deps.ctx)).toBe(1);
      expect((await app.phone.receiveFromHandset({ ...said, at })).status).toBe(200);
      clock.advance(6 * minutes);
      expect(await reconcile(app.deps.ctx)).toBe(0);
      expect(await heard(body)).toHaveLength(1);
      clock.advance(6 * minutes);
    }
  });

  it('to the SIM becomes a case also where the phone holds another that is odd: the run ends, and the next asks from there', async () => {
    const text = 'لم أتوصل بالدعم، بعد غريبة';
    await app.phone.receiveFromHandset({ from: '', text: 'بلا مرسل', lost: true });
    await app.phone.receiveFromHandset({ from: '+212661770031', text, lost: true });
    expect(await reconcile(app.deps.ctx)).toBe(1);
    expect(await heard(text)).toHaveLength(1);
    expect(await rows("select reconciled_at from channel_accounts where account like 'smsgate:%'")).toEqual([{ reconciled_at: clock.now() }]);
  });

  it('to Twilio becomes a case within one run, beside those that came', async () => {
    const text = 'لم أتوصل بالدعم، من تويليو';
    await app.fake.receiveFromHandset({ from: '+212661770002', to: line, text: 'هذه وصلت' });
    await lostAtTwilio('+212661770003', text);
    expect(await heard(text)).toEqual([]);
    expect(await reconcile(app.deps.ctx)).toBe(1);
    await eventually(async () => (await casesAbout(text))[0]?.channel === 'sms');
    clock.advance(6 * minutes);
    expect(await reconcile(app.deps.ctx)).toBe(0);
    for (const one of [text, 'هذه وصلت']) expect(await heard(one)).toHaveLength(1);
  });

  it('of WhatsApp brings its photo as well', async () => {
    const text = 'صورة البطاقة';
    app.fake.pointAt({ publicUrl: app.url, webhookBase: `http://127.0.0.1:${await freePort()}` });
    // Nobody answers there, as is meant.
    await app.fake.receiveOnWhatsApp({ from: '+212661770012', text, files: [{ type: 'image/jpeg', bytes: Buffer.from('a photo') }] }).catch(() => undefined);
    app.fake.pointAt({ publicUrl: app.url, webhookBase: app.url });
    await reconcile(app.deps.ctx);
    expect(await rows("select 1 from provider_files f join messages m on m.id = f.message_id where m.body like $1", `${text}%`)).toHaveLength(1);
  });

  it('is taken once, though ten processes run at the same moment', async () => {
    const text = 'عشرة عمال في نفس اللحظة';
    await app.phone.receiveFromHandset({ from: '+212661770004', text, lost: true });
    const found = await Promise.all(Array.from({ length: 10 }, () => reconcile(app.deps.ctx)));
    expect(found.filter((count) => count > 0)).toEqual([1]);
    expect(await heard(text)).toHaveLength(1);
  });

  it('is asked for no more often than every five minutes', async () => {
    await reconcile(app.deps.ctx);
    await app.phone.receiveFromHandset({ from: '+212661770005', text: 'بعد الدورة', lost: true });
    clock.advance(4 * minutes);
    expect(await reconcile(app.deps.ctx)).toBe(0);
    clock.advance(61_000);
    expect(await reconcile(app.deps.ctx)).toBe(1);
  });

  it('comes from one provider while another is away, and from that one when it is back', async () => {
    const { ctx } = app.deps;
    const [sim] = ctx.channels;
    if (!sim) throw new Error('there is no SIM');
    const away: Context = {
      ...ctx,
      channels: [
        {
          ...sim,
          reconcile() {
            throw new Error('away');
          },
        },
        ...ctx.channels.slice(1),
      ],
    };
    await app.phone.receiveFromHandset({ from: '+212661770006', text: 'الهاتف بعيد', lost: true });
    await lostAtTwilio('+212661770007', 'الآخر هنا');
    expect(await reconcile(away)).toBe(1);
    expect(await heard('الآخر هنا')).toHaveLength(1);
    clock.advance(6 * minutes);
    expect(await reconcile(ctx)).toBe(1);
    expect(await heard('الهاتف بعيد')).toHaveLength(1);
  });

  it('is found after three days without any worker, and its legal date runs from when it was sent', async () => {
    await reconcile(app.deps.ctx);
    const { at } = await app.phone.receiveFromHandset({ from: '+212661770008', text: 'قبل ثلاثة أيام', lost: true });
    clock.advance(72 * hours);
    expect(await reconcile(app.deps.ctx)).toBe(1);
    expect(await heard('قبل ثلاثة أيام')).toHaveLength(1);
    await eventually(async () => (await casesAbout('قبل ثلاثة أيام')).length === 1);
    expect(await rows("select c.received_at from cases c join messages m on m.case_id = c.id where m.kind = 'narrative' and m.body = $1", 'قبل ثلاثة أيام')).toEqual([{ received_at: at }]);
  });
});

describe('how far back a provider is asked', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const ago = (ms: number) => new Date(now.getTime() - ms);
  it('is two hours, two days once a night, and never less than to the last run that ended', () => {
    expect(sinceFor(now, null, false)).toEqual(ago(2 * hours));
    expect(sinceFor(now, ago(5 * minutes), false)).toEqual(ago(2 * hours));
    expect(sinceFor(now, ago(5 * minutes), true)).toEqual(ago(48 * hours));
    expect(sinceFor(now, ago(100 * hours), true)).toEqual(ago(100 * hours + 10 * minutes));
  });
  it('is two days once in each night', () => {
    expect(nextNight(now)).toEqual(new Date('2026-11-23T03:00:00Z'));
    expect(nextNight(new Date('2026-11-22T02:59:00Z'))).toEqual(new Date('2026-11-22T03:00:00Z'));
    expect(nextNight(new Date('2026-11-22T03:00:00Z'))).toEqual(new Date('2026-11-23T03:00:00Z'));
  });
});
