import { randomUUID } from 'node:crypto';
import { Receipt } from '#contract/filing';
import { base } from './browser.ts';

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
