import fastify from 'fastify';
import type { Channel, Form, WebhookRequest } from '#channels/channel';
import { createSmsGate } from '#channels/smsgate/sms';
import { startFakeSmsGate, type FakeSmsGate } from '#dev/fake-smsgate/server';
import { systemClock } from '#lib/clock';
import { createTurns } from './turns.ts';

export const phone = { account: 'default', user: 'sms', password: 'a-password-for-tests', signingKey: 'a-signing-key-for-tests-of-32-letters', number: '+212661864445' };

export const smsGateAt = (url: string, more: Partial<typeof phone> = {}): Channel => createSmsGate({ ...phone, url, gapMs: 0, clock: systemClock, ...more });

/** A fake phone with a line at its other end that answers 200 and keeps what it is told; time passes only in `run`. */
export const startPhoneLine = async (): Promise<{ fake: FakeSmsGate; received: WebhookRequest[]; run: () => Promise<void>; close: () => Promise<void> }> => {
  const received: WebhookRequest[] = [];
  const line = fastify();
  line.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  line.post<{ Body: string }>('/*', async ({ url, headers, body }) => {
    received.push({ url, headers: headers as Form, query: {}, body });
    return '';
  });
  const webhookBase = await line.listen({ port: 0, host: '127.0.0.1' });
  const { schedule, run } = createTurns();
  const fake = await startFakeSmsGate({ ...phone, webhookBase, schedule });
  return {
    fake,
    received,
    run,
    close: async () => {
      await fake.close();
      await line.close();
    },
  };
};
