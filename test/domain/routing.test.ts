import postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { line } from '../support/app.ts';
import { openCentre } from '../support/centre.ts';

const { app, amal, rows, waiting, held, act, detail, events, statusOf, text } = await openCentre();
const superuser = postgres(app.databaseUrl, { max: 1 });
afterAll(async () => {
  await superuser.end();
  await app.close();
});

const arabicDigits = (digits: string): string => digits.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
const referenceOf = async (id: string): Promise<string> => String((await detail(amal, { id }))['reference']);
const readWithCode = async ({ reference, code }: { reference: string; code: string }): Promise<string> =>
  (await app.post('/api/v1/track', { reference, code })).text;
const saying = (words: string) => expect.arrayContaining([expect.objectContaining({ direction: 'in', text: words })]);
const receiptsOf = (id: string) => rows("select 1 from messages where case_id = $1 and kind = 'acknowledgement' and state = 'queued'", id);
const resolve = async (id: string): Promise<number> => {
  const { status, version } = (await detail(amal, { id })) as { status: string; version: number };
  if (status === 'assigned') await act(amal, { id }, 'claim', { version });
  const answer = { version: status === 'assigned' ? version + 1 : version, to: 'resolved', outcome: 'granted', text: 'done' };
  return (await act(amal, { id }, 'move', answer)).status;
};

describe('a text to the line', () => {
  it('is never read by whoever typed its number into a form: it opens a case of its own, with a receipt', async () => {
    const phone = '+212663100001';
    const web = await waiting({ contact: { phone } });
    const opened = await text(phone, 'my husband must not know');
    expect(opened).not.toBe(web.id);
    expect(await readWithCode(web)).not.toContain('husband');
    expect(await receiptsOf(opened)).toHaveLength(1);
  });

  it('is one with another of the same moment, however they are worked on: one case, not two', async () => {
    const { ctx } = app.deps;
    for (let i = 0; i < 5; i += 1) {
      const from = `+21266320010${i}`;
      const ids = [];
      for (const words of ['my aid has stopped', 'since October']) {
        const providerId = `pieces ${i} ${words}`;
        await receiveMessage(ctx, { channel: 'sms', account: 'line', providerId, from, to: line, text: words, media: [], raw: {} });
        ids.push((await rows<{ id: string }>('select id from messages where provider_id = $1', providerId))[0]?.id ?? '');
      }
      await Promise.all(ids.map((id) => routeMessage(ctx, id)));
      expect(await rows("select distinct case_id from messages where direction = 'in' and provider_id like $1 and case_id is not null", `pieces ${i} %`)).toHaveLength(1);
    }
  });

  it('that was written before the one that began its case, and comes after it, dates the case back: its legal date too, and the log still proves it', async () => {
    const { ctx, logSigner } = app.deps;
    const late = async (phone: string, providerId: string, heldSince: Date): Promise<unknown> => {
      await receiveMessage(ctx, { channel: 'sms', account: 'line', providerId, from: phone, to: line, text: 'كتبتها البارحة', media: [], heldSince, raw: {} });
      const [found] = await rows<{ id: string }>('select id from messages where provider_id = $1', providerId);
      await routeMessage(ctx, found?.id ?? '');
      return (await rows('select c.id, c.received_at, c.received_on::text, c.legal_due_date::text, d.due_date::text from messages m join cases c on c.id = m.case_id join deadlines d on d.case_id = c.id where m.provider_id = $1', providerId))[0];
    };
    const phone = '+212663100098';
    const begun = await text(phone, 'my aid has stopped');
    // 23:00 of the day before in Morocco. Another late text never puts it forward again, and one of days before says nothing of it.
    const dated = { id: begun, received_at: new Date('2026-11-21T22:00:00Z'), received_on: '2026-11-21', legal_due_date: '2027-01-20', due_date: '2027-01-20' };
    expect(await late(phone, 'late 1', new Date('2026-11-21T22:00:00Z'))).toEqual(dated);
    expect(await late(phone, 'late 2', new Date('2026-11-22T09:00:00Z'))).toEqual(dated);
    expect((await events(begun)).filter(({ type }) => type === 'case.dated_back').map(({ data }) => data)).toEqual([{ receivedAt: '2026-11-21T22:00:00.000Z', legalDueDate: '2027-01-20' }]);
    expect(await late(phone, 'late 3', new Date('2026-11-18T09:00:00Z'))).toEqual(dated);
    expect((await verifyLog(ctx.db, logSigner.verifier, null)).faults).toEqual([]);
    await superuser`update cases set received_at = received_at - interval '1 day' where id = ${begun}`;
    expect((await verifyLog(ctx.db, logSigner.verifier, null)).faults).toMatchObject([{ table: 'cases', what: 'altered' }]);
    await superuser`update cases set received_at = received_at + interval '1 day' where id = ${begun}`;
  });

  it('joins the case that the sender began by text, whatever else was filed with the number', async () => {
    const phone = '+212663100002';
    const begun = await text(phone, 'my aid has stopped');
    await waiting({ contact: { phone } });
    expect(await text(phone, 'since October')).toBe(begun);
    expect(await receiptsOf(begun)).toHaveLength(1);
  });

  it('joins a case of long ago that was spoken of this week, and not one that was not', async () => {
    const phone = '+212663100012';
    const begun = await text(phone, 'my aid has stopped');
    await superuser`update cases set received_at = received_at - interval '40 days' where id = ${begun}`;
    await superuser`update messages set created_at = created_at - interval '6 days', seq = nextval('messages_seq') where case_id = ${begun} and direction = 'in'`;
    await superuser`update messages set created_at = created_at - interval '8 days', seq = nextval('messages_seq') where case_id = ${begun} and direction = 'out'`;
    expect(await text(phone, 'since October')).toBe(begun);
    await superuser`update messages set created_at = created_at - interval '8 days', seq = nextval('messages_seq') where case_id = ${begun}`;
    expect(await text(phone, 'and my card is lost')).not.toBe(begun);
  });

  it('joins the case whose reference it names, in any digits, when the case is of its number, and no other', async () => {
    const phone = '+212663100003';
    const [first, second] = [await waiting({ contact: { phone } }), await waiting({ contact: { phone } })];
    expect(await text(phone, `about ${second.reference}: since October`)).toBe(second.id);
    expect(await text(phone, `بخصوص ${arabicDigits(first.reference.replace(/^(...)(...)/, '$1 $2 '))} منذ 2 شهرين`)).toBe(first.id);
    const stranger = await text('+212663100004', `about ${first.reference}: a word for it`);
    expect([first.id, second.id]).not.toContain(stranger);
    expect(await readWithCode(first)).not.toContain('a word for it');
  });

  it('that names an own case which is over opens a new one, never joining another', async () => {
    const phone = '+212663100005';
    const over = await text(phone, 'my aid has stopped');
    expect(await resolve(over)).toBe(200);
    const other = await text(phone, 'my card is lost');
    const again = await text(phone, `${await referenceOf(over)}: it has stopped again`);
    expect([over, other]).not.toContain(again);
    expect(await receiptsOf(again)).toHaveLength(1);
  });

  it('never disappears on a case that is answered, not even at the instant of the answer', async () => {
    for (let i = 0; i < 10; i += 1) {
      const phone = `+2126632000${String(i).padStart(2, '0')}`;
      const begun = await text(phone, 'my aid has stopped');
      const { version } = (await act(amal, { id: begun }, 'claim', { version: 2 })).json as { version: number };
      const [joined, answer] = await Promise.all([
        text(phone, 'and my card is lost'),
        act(amal, { id: begun }, 'move', { version, to: 'resolved', outcome: 'granted', text: 'done' }),
      ]);
      expect([200, 409]).toContain(answer.status);
      if (answer.status === 200) expect(joined).not.toBe(begun);
      else expect([joined, await statusOf(amal, { id: begun })]).toEqual([begun, 'in_progress']);
    }
  });

  it('without a word but with a picture opens a case that says so, and is not taken for French', async () => {
    const opened = await text('+212663100006', '', ['image/jpeg', 'video/3gpp; codecs=x']);
    expect(await detail(amal, { id: opened })).toMatchObject({ language: 'ar', preview: '[image/jpeg] [video/3gpp]', messages: saying('[image/jpeg]\n[video/3gpp]') });
    const worded = await text('+212663100007', 'شوفو', ['image/jpeg']);
    expect(await detail(amal, { id: worded })).toMatchObject({ language: 'ar', messages: saying('شوفو\n[image/jpeg]') });
  });
});

describe('a question to the citizen', () => {
  const phone = '+212663000001';
  const asked = async (more: Record<string, unknown> = {}) => {
    const one = await held(amal, more);
    const answer = await act(amal, one, 'reply', { version: one.version, text: 'which month?', question: true });
    expect(answer.json).toMatchObject({ status: 'awaiting_citizen', assignedTo: { name: 'Test amal' } });
    return one;
  };

  it('stops waiting at a message from the tracking page, and the same person goes on', async () => {
    const one = await asked();
    await app.post('/api/v1/track/messages', { reference: one.reference, code: one.code, text: 'in October' });
    expect(await detail(amal, one)).toMatchObject({ status: 'in_progress', assignedTo: { name: 'Test amal' } });
  });

  it('is answered by a text, even weeks later and with another case open on the same phone', async () => {
    const one = await asked({ contact: { phone } });
    await superuser`update cases set received_at = received_at - interval '40 days' where id = ${one.id}`;
    await superuser`update messages set created_at = created_at - interval '30 days', seq = nextval('messages_seq') where case_id = ${one.id}`;
    const other = await waiting({ contact: { phone } });
    expect(await text(phone, 'in October')).toBe(one.id);
    expect(await statusOf(amal, one)).toBe('in_progress');
    expect(await statusOf(amal, other)).toBe('assigned');
  });

  it('that cannot reach anybody never makes a case wait', async () => {
    const id = await text('+33612345678', 'my aid has stopped');
    await act(amal, { id }, 'claim', { version: 2 });
    const answer = await act(amal, { id }, 'reply', { version: 3, text: 'which month?', question: true });
    expect(answer.json).toMatchObject({ status: 'in_progress', version: 4 });
    expect((await events(id)).at(-1)).toMatchObject({ type: 'message.queued', data: { kind: 'question' } });
  });
});
