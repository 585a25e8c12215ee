import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { form, pdf, stored, upload } from '../support/files.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

const parts = (count: number, one: (index: number) => string): Blob =>
  new Blob([...Array.from({ length: count }, (_, index) => `--x\r\n${one(index)}\r\n`), '--x--\r\n']);
const post = (path: string, body: Blob): Promise<Response> =>
  fetch(app.url + path, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body });
const field = (index: number) => `content-disposition: form-data; name="f${index}"\r\n\r\nvalue`;
const file = (index: number) => `content-disposition: form-data; name="f${index}"; filename="f"\r\n\r\n${pdf().toString('latin1')}`;

/** @fastify/multipart CVE-2023-25576. */
it('a body of 10,001 parts is refused, in the memory of an ordinary one, and nothing of it is kept', async () => {
  for (const [path, one] of [['/api/v1/uploads', file], ['/api/v1/uploads', field], ['/file', field], ['/file', file], ['/track', file]] as const) {
    const body = parts(10_001, one);
    const before = process.memoryUsage().arrayBuffers;
    expect((await post(path, body)).status, path).toBe(413);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  }
  expect(await stored(app)).toEqual([]);
});

it('two files, a field, no file, a file too long and a body that is none are refused, and nothing of them is kept', async () => {
  expect((await upload(app, pdf(), pdf())).status).toBe(413);
  expect((await upload(app)).status).toBe(400);
  const long = await upload(app, Buffer.concat([pdf(), Buffer.alloc(10 * 1024 * 1024)]));
  expect([long.status, long.json['code']]).toEqual([413, 'too_large']);
  expect((await post('/api/v1/uploads', parts(1, field))).status).toBe(413);
  for (const body of ['', 'nonsense', '--x\r\n', '--x\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n%PDF-1.4'])
    expect((await post('/api/v1/uploads', new Blob([body]))).status, body).toBe(400);
  for (const type of ['application/json', 'multipart/form-data', 'multipart/mixed; boundary=x', 'text/html'])
    expect([400, 415], type).toContain((await fetch(`${app.url}/api/v1/uploads`, { method: 'POST', headers: { 'content-type': type }, body: '{}' })).status);
  expect((await fetch(`${app.url}/api/v1/uploads`, { method: 'POST' })).status).toBe(415);
  expect((await fetch(`${app.url}/api/v1/cases`, { method: 'POST', body: form(pdf()) })).status).toBe(415);
  expect(await stored(app)).toEqual([]);
});

it('a field named as what every object has is refused', async () => {
  for (const name of ['__proto__', 'constructor', 'toString'])
    expect((await post('/file', parts(1, () => `content-disposition: form-data; name="${name}"\r\n\r\nvalue`))).status).toBe(400);
});
