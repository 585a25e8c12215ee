import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { QueueView } from '#contract/staff';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ work: true });
});
afterAll(() => app.close());

const phone = '+212661000111';

it('a complaint filed on the web is acknowledged by SMS, taken, answered, resolved, tracked and rated', async () => {
  const filed = await app.post('/api/v1/cases', filing({ contact: { phone: '0661 00 01 11', name: 'فاطمة' }, territory: { province: 'MA-SAL' } }));
  expect(filed.status).toBe(201);
  const { reference, code, legalDueDate } = filed.json as { reference: string; code: string; legalDueDate: string };

  const receipt = await eventually(async () => app.fake.messagesTo(phone)[0]);
  expect(receipt.text).toContain(reference);
  expect(receipt.text).toContain(legalDueDate.split('-').toReversed().join('/'));
  expect(receipt.text).not.toContain(code);
  expect(receipt.text).not.toMatch(/http|www/);

  const operator = await app.as('operator', 'centre-04');
  const queues = z.array(QueueView).parse((await app.get('/api/v1/staff/queues', operator)).json);
  expect(queues.map(({ waiting }) => waiting)).toEqual([1]);
  const next = await app.post(`/api/v1/staff/queues/${queues[0]?.id ?? ''}/next`, {}, operator);
  expect(next.json).toMatchObject({ reference, status: 'in_progress', category: 'PAY', province: 'MA-SAL', citizen: { phone: '+2126****0111' } });
  const { id, version } = next.json as { id: string; version: number };

  const replied = await app.post(`/api/v1/staff/cases/${id}/reply`, { version, text: 'توصلنا بملفكم وندرسه.' }, operator);
  expect(replied.status).toBe(200);
  await eventually(async () => app.fake.messagesTo(phone).find(({ text }) => text.includes('ندرسه')));
  const resolved = await app.post(
    `/api/v1/staff/cases/${id}/move`,
    { version: replied.json['version'], to: 'resolved', outcome: 'granted', text: 'تم استئناف صرف الدعم.' },
    operator,
  );
  expect(resolved.json).toMatchObject({ status: 'resolved', assignedTo: null });

  const tracked = await app.post('/api/v1/track', { reference, code });
  expect(tracked.json).toMatchObject({ status: 'resolved', nextStep: 'you_rate' });
  expect((tracked.json['timeline'] as { status: string }[]).map(({ status }) => status)).toEqual(['received', 'assigned', 'in_progress', 'resolved']);
  expect((tracked.json['messages'] as { from: string }[]).map(({ from }) => from)).toEqual(['citizen', 'insat', 'insat']);

  const rated = await app.post('/api/v1/track/feedback', { reference, code, rating: 5, solved: true });
  expect(rated.json).toEqual({ status: 'closed' });
  const detail = await app.get(`/api/v1/staff/cases/${id}`, operator);
  expect(detail.status).toBe(200);

  const administrator = await app.as('administrator', null);
  const report = await app.get('/api/v1/staff/reports/response-times?by=region,channel', administrator);
  expect(report.json).toMatchObject({
    total: { count: 1, firstReply: { count: 1 }, resolution: { count: 1 }, legal: { inTime: 1, late: 0, share: 1 } },
    rows: [{ region: 'MA-04', channel: 'web', count: 1 }],
  });
});

it('a text to the line opens a case whose receipt carries the code, and a second text joins it', async () => {
  const from = '+212662000222';
  expect((await app.fake.receiveFromHandset({ from, to: '+212661864445', text: 'ma weslatnich l flous dyal da3m f casa' })).status).toBe(200);
  const receipt = await eventually(async () => app.fake.messagesTo(from)[0]);
  const reference = /\d{10}/.exec(receipt.text)?.[0] ?? '';
  const code = /(?<!\d)\d{6}(?!\d)/.exec(receipt.text)?.[0] ?? '';
  expect((await app.post('/api/v1/track', { reference, code })).json).toMatchObject({ reference, status: 'assigned' });
  await app.fake.receiveFromHandset({ from, to: '+212661864445', text: 'عافاكم جاوبوني' });
  await eventually(async () => ((await app.post('/api/v1/track', { reference, code })).json['messages'] as unknown[]).length === 2);
});
