import { randomUUID } from 'node:crypto';
import { Receipt } from '#contract/filing';
import { CaseList, CaseSummary } from '#contract/staff';
import { vi } from 'vitest';
import { base, password } from './browser.ts';

/** Files a complaint over the API as anybody may. @returns its receipt */
export const file = async (more: Record<string, unknown>): Promise<Receipt> => {
  const answer = await fetch(`${base}/api/v1/cases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ kind: 'complaint', category: 'REG', programme: 'RSU', consent: true, ...more }),
  });
  return Receipt.parse(await answer.json());
};

/** Rabat's, whose centre the demo's operator and supervisor work in. */
export const inTheirCentre = { territory: { province: 'MA-SAL' } };

/** A demo login at the API, as a console asks it. */
export const staffAt = async (login: string) => {
  const call = async (method: string, path: string, body?: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${base}/api/v1/staff${path}`, { method, headers: { cookie, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  let cookie = '';
  await call('POST', '/session', { login, password });
  const read = async (id: string) => CaseSummary.parse(await call('GET', `/cases/${id}`));
  return {
    /** Once it is triaged. */
    find: (reference: string): Promise<CaseSummary> =>
      vi.waitFor(
        async () => {
          const [found] = CaseList.parse(await call('GET', `/cases?q=${reference}`)).items;
          if (found?.status !== 'assigned') throw new Error(`${reference} is not there yet`);
          return found;
        },
        { timeout: 45_000, interval: 250 },
      ),
    /** Does it to the case as it is now. */
    act: async (id: string, verb: string, body: Record<string, unknown>): Promise<void> => {
      await call('POST', `/cases/${id}/${verb}`, { version: (await read(id)).version, ...body });
    },
  };
};
export type Staff = Awaited<ReturnType<typeof staffAt>>;
