import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { texts } from '#texts/index';
import { startApp, type TestApp } from '../support/app.ts';
import { form as ofOne, pdf, photo, stored } from '../support/files.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false, trustProxy: '127.0.0.1' });
});
afterAll(() => app.close());

const send = async (path: string, fields: Record<string, string>, files: Record<string, Uint8Array> = {}, uploads: string[] = [], from: Record<string, string> = {}) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const uploadId of uploads) data.append('uploads', uploadId);
  // A browser sends a field of files in which none was chosen as one without name and content.
  if (Object.keys(files).length === 0) data.append('files', new Blob([]), '');
  for (const [name, bytes] of Object.entries(files)) data.append('files', new Blob([Buffer.from(bytes)]), name);
  const response = await fetch(app.url + path, { method: 'POST', body: data, headers: from });
  return { status: response.status, body: await response.text() };
};
const keptOn = (html: string): string[] => [...html.matchAll(/name="uploads" checked="" value="([^"]+)"|name="uploads"[^>]*value="([^"]+)"/g)].map((found) => found[1] ?? found[2] ?? '');
const digitsOn = (html: string): string[] => [...html.matchAll(/class="digits"><bdi dir="ltr">([0-9 ]+)</g)].map((found) => found[1]?.replaceAll(' ', '') ?? '');
const attached = () => app.deps.ctx.db.withActor(system, (tx) => tx.raw<{ type: string }>('select type from attachments where case_id is not null order by type', []));
const filing = () => ({ idempotencyKey: crypto.randomUUID(), kind: 'complaint', text: 'Mon aide est suspendue.', consent: 'true' });

it('without JavaScript files come with the form; one that is refused is named, and the others need not be sent again', async () => {
  const form = filing();
  const refused = await send('/fr/file', form, { 'a.jpg': await photo(), 'b.html': Buffer.from('<html>'), 'c.pdf': pdf() });
  expect(refused.status).toBe(422);
  expect(refused.body).toContain(texts.fr.fieldErrors.file_type);
  expect(refused.body).toContain(form.text);
  const kept = keptOn(refused.body);
  expect(kept.length).toBe(2);
  const filed = await send('/fr/file', form, {}, kept);
  expect(filed.status).toBe(201);
  expect(await attached()).toEqual([{ type: 'application/pdf' }, { type: 'image/jpeg' }]);
});

it('a form that is sent twice is one case, and the second copy of its files is not kept', async () => {
  const form = filing();
  const first = await send('/file', form, { 'c.pdf': pdf('twice') });
  const before = await stored(app);
  const second = await send('/file', form, { 'c.pdf': pdf('twice') });
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(digitsOn(second.body)).toEqual(digitsOn(first.body));
  expect(await stored(app)).toEqual(before);
});

it('a sixth file is refused kindly, and a form without files is filed as ever', async () => {
  const six = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`${index}.pdf`, pdf(String(index))]));
  const refused = await send('/file', filing(), six);
  expect([refused.status, keptOn(refused.body).length]).toEqual([422, 5]);
  expect(refused.body).toContain(texts.ar.fieldErrors.too_many_files);
  expect((await send('/file', filing())).status).toBe(201);
});

it('on the tracking page a message takes files, and with a wrong code nothing of them is kept', async () => {
  const [reference = '', code = ''] = digitsOn((await send('/file', filing())).body);
  const before = await attached();
  const message = { reference, code, text: 'Voici la lettre.', action: 'message' };
  expect((await send('/fr/track', message, { 'l.pdf': pdf('letter') })).body).toContain(texts.fr.pages.tracked.done.message);
  expect((await attached()).length).toBe(before.length + 1);
  const names = await stored(app);
  const wrong = code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  expect((await send('/fr/track', { ...message, code: wrong }, { 'm.pdf': pdf('more') })).status).toBe(404);
  expect(await stored(app)).toEqual(names);
});

it('one network fills no more than its part of the room for files; beyond it a form is filed without them, and says so', async () => {
  const crowd = { 'x-forwarded-for': '203.0.113.9' };
  const keep = async (from: Record<string, string>): Promise<number> =>
    (await fetch(`${app.url}/api/v1/uploads`, { method: 'POST', headers: from, body: ofOne(pdf()) })).status;
  expect(new Set(await Promise.all(Array.from({ length: 50 }, () => keep(crowd))))).toEqual(new Set([201]));
  expect([await keep(crowd), await keep({ 'x-forwarded-for': '203.0.113.10' })]).toEqual([503, 201]);
  const before = await attached();
  const filed = await send('/fr/file', filing(), { 'c.pdf': pdf() }, [], crowd);
  expect([filed.status, digitsOn(filed.body).length]).toEqual([201, 2]);
  expect(filed.body).toContain(texts.fr.pages.receipt.noRoom);
  const other = await send('/fr/file', filing(), { 'c.pdf': pdf() });
  expect([other.status, other.body.includes(texts.fr.pages.receipt.noRoom)]).toEqual([201, false]);
  expect((await attached()).length).toBe(before.length + 1);
});
