import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false, trustProxy: '127.0.0.1' });
});
afterAll(() => app.close());

const address = { 'x-forwarded-for': '198.51.100.20' };
const post = async (fields: Record<string, string>): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${app.url}/fr/file`, { method: 'POST', body: new URLSearchParams({ kind: 'complaint', text: 'Mon aide a cessé.', consent: 'on', ...fields }), headers: address });
  return { status: response.status, text: await response.text() };
};

/** What the page's script answers as a worker, which has no document. */
const solve = (script: string, parameters: unknown): Promise<unknown> =>
  new Promise((resolve) => {
    const scope = createContext({
      crypto, Uint8Array, DataView, Array, parseInt,
      postMessage: resolve,
      addEventListener: (_: string, hear: (event: { data: unknown }) => void) => void setImmediate(() => hear({ data: parameters })),
    });
    runInContext(script, scope);
  });

it('the script of the page solves its challenge, and the form is then let in', async () => {
  for (let i = 0; i < 6; i += 1) await Promise.all(Array.from({ length: 25 }, () => post({})));
  const asked = await post({});
  expect(asked.status).toBe(429);
  const challenge: unknown = JSON.parse((/data-challenge="([^"]+)"/.exec(asked.text)?.[1] ?? '').replaceAll('&quot;', '"'));
  const script = await app.get(/src="(\/assets\/insat-\w+\.js)"/.exec(asked.text)?.[1] ?? '');
  expect(script.headers.get('content-type')).toContain('javascript');
  const solution = await solve(script.text, (challenge as { parameters: unknown }).parameters);
  expect((await post({ solution: Buffer.from(JSON.stringify({ challenge, solution })).toString('base64') })).status).toBe(201);
});
