import { expect, it } from 'vitest';
import { readSettings } from '#lib/config';
import { startApp } from '../support/app.ts';

const hop = async (trustProxy?: string): Promise<number[]> => {
  const app = await startApp({ sms: false, ...(trustProxy === undefined ? {} : { trustProxy }) });
  const seen: number[] = [];
  for (let i = 0; i < 6; i += 1)
    seen.push((await app.post('/api/v1/staff/session', { login: 'target', password: 'wrong' }, { 'x-forwarded-for': `203.0.113.${i}` })).status);
  await app.close();
  return seen;
};

it.each([undefined, '192.0.2.0/24,10.0.0.1'])('what a caller says of its own address is never believed (TRUST_PROXY %s)', async (trustProxy) => {
  expect(await hop(trustProxy)).toEqual([401, 401, 401, 401, 401, 429]);
});

it('the address that a named proxy tells is', async () => {
  expect(await hop('127.0.0.0/8')).toEqual([401, 401, 401, 401, 401, 401]);
});

it('a proxy that is no address stops the start', () => {
  for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0.1/8/8', '10.0.0.1,x', '::1/129']) expect(() => readSettings({ TRUST_PROXY: wrong })).toThrow('TRUST_PROXY');
  for (const right of ['10.0.0.1', '10.0.0.0/8, ::1', '2001:db8::/32']) expect(readSettings({ TRUST_PROXY: right }).TRUST_PROXY).toBe(right);
});
