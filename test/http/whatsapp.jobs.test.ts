import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { QueueView } from '#contract/staff';
import { texts } from '#texts/index';
import { photo } from '../support/files.ts';
import { eventually, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ work: true, whatsapp: true });
});
afterAll(() => app.close());

const phone = '+212661000777';
const told = (from = phone) => app.fake.messagesTo(`whatsapp:${from}`);

it('a complaint with a photo on WhatsApp is received, answered, asked about once more, rated and reopened, all on WhatsApp', async () => {
  const files = [{ type: 'image/jpeg', bytes: await photo() }];
  const { status, messageSid } = await app.fake.receiveOnWhatsApp({ from: phone, text: 'توقف الدعم منذ شهرين وأنا أرملة، أسكن في سلا', files });
  expect(status).toBe(200);
  const receipt = await eventually(async () => told()[0]);
  const reference = /\d{10}/.exec(receipt.text)?.[0] ?? '';
  const code = /(?<!\d)\d{6}(?!\d)/.exec(receipt.text)?.[0] ?? '';
  expect((await app.post('/api/v1/track', { reference, code })).json).toMatchObject({ reference, status: 'assigned' });

  const operator = await app.as('operator', 'centre-04');
  const [queue] = z.array(QueueView).parse((await app.get('/api/v1/staff/queues', operator)).json);
  const next = await app.post(`/api/v1/staff/queues/${queue?.id ?? ''}/next`, {}, operator);
  expect(next.json).toMatchObject({ reference, channel: 'whatsapp', citizen: { phone: '+2126****0777' } });
  // What people call themselves on WhatsApp is not their name.
  expect(next.json['citizen']).not.toHaveProperty('name');
  const { id, version } = next.json as { id: string; version: number };

  // The photo came by itself: on the case made anew, and no longer at the provider.
  const attachment = await eventually(async () => {
    const { attachments } = (await app.get(`/api/v1/staff/cases/${id}`, operator)).json as { attachments: { id: string; state: string; type: string }[] };
    return attachments.find(({ state }) => state === 'clean');
  });
  expect(attachment.type).toBe('image/jpeg');
  const opened = await app.get(`/api/v1/staff/cases/${id}/attachments/${attachment.id}`, operator);
  expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  await eventually(async () => app.fake.filesOf(messageSid).length === 0);

  const replied = await app.post(`/api/v1/staff/cases/${id}/reply`, { version, text: 'توصلنا بملفكم وندرسه.' }, operator);
  expect(replied.status).toBe(200);
  await eventually(async () => told().find(({ text }) => text.includes('ندرسه')));

  await app.fake.receiveOnWhatsApp({ from: phone, text: 'شكرا، متى الجواب؟' });
  const read = async () => (await app.get(`/api/v1/staff/cases/${id}`, operator)).json;
  await eventually(async () => ((await read())['messages'] as { text: string }[]).some(({ text }) => text.includes('متى الجواب')));
  // Read once more: what shows the words may show the version of a moment before.
  const asked = await read();
  const resolved = await app.post(`/api/v1/staff/cases/${id}/move`, { version: asked['version'], to: 'resolved', outcome: 'refused', text: 'تعذر استئناف صرف الدعم.' }, operator);
  expect(resolved.json).toMatchObject({ status: 'resolved' });
  await eventually(async () => told().find(({ text }) => text.includes('استئناف')));
  const { answers } = texts.ar;
  for (const [said, then] of [['2', answers.ask_solved], ['لا', answers.ask_reopening], ['نعم', answers.reopened(reference)]] as const) {
    await app.fake.receiveOnWhatsApp({ from: phone, text: said });
    await eventually(async () => told().find(({ text }) => text === then));
  }
  expect(await read()).toMatchObject({ status: 'assigned', feedback: { rating: 2, solved: false } });
  expect(app.fake.messagesTo(phone)).toEqual([]);
});

it('somebody who shows no number is answered at their id, and is the same person the next time', async () => {
  const from = 'MA.1a2B3c4D';
  await app.fake.receiveOnWhatsApp({ from, text: 'ma weslatnich l flous dyal da3m f casa' });
  const receipt = await eventually(async () => told(from)[0]);
  const reference = /\d{10}/.exec(receipt.text)?.[0] ?? '';
  const code = /(?<!\d)\d{6}(?!\d)/.exec(receipt.text)?.[0] ?? '';
  await app.fake.receiveOnWhatsApp({ from, text: 'عافاكم جاوبوني' });
  await eventually(async () => ((await app.post('/api/v1/track', { reference, code })).json['messages'] as unknown[]).length === 2);
});

it('who filed on the web, and asks on WhatsApp to go on with it, is told there that it does', async () => {
  const from = '+212661000778';
  const filed = await app.post('/api/v1/cases', { kind: 'complaint', text: 'توقف الدعم منذ شهرين، أسكن في سلا', contact: { phone: from }, consent: true });
  const { reference } = filed.json as { reference: string };
  const operator = await app.as('operator', 'centre-04');
  const found = await eventually(async () => {
    const { items } = (await app.get(`/api/v1/staff/cases?q=${reference}`, operator)).json as { items: { id: string; version: number; status: string }[] };
    return items.find(({ status }) => status === 'assigned');
  });
  const { version } = (await app.post(`/api/v1/staff/cases/${found.id}/claim`, { version: found.version }, operator)).json as { version: number };
  const resolved = await app.post(`/api/v1/staff/cases/${found.id}/move`, { version, to: 'resolved', outcome: 'refused', text: 'تعذر استئناف صرف الدعم.' }, operator);
  expect(resolved.json).toMatchObject({ status: 'resolved' });
  await app.fake.receiveOnWhatsApp({ from, text: `إعادة فتح ${reference}` });
  await eventually(async () => told(from).find(({ text }) => text === texts.ar.answers.reopened(reference)));
});
