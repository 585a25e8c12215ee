import formbody from '@fastify/formbody';
import fastify from 'fastify';
import type { Channel, Form, WebhookRequest } from '#channels/channel';
import { createTwilioSms } from '#channels/twilio/sms';
import { createTwilioWhatsApp } from '#channels/twilio/whatsapp';
import { type FakeTwilio, startFakeTwilio } from '#dev/fake-twilio/server';
import { createTurns } from './turns.ts';

export const account = {
  accountSid: 'AC0123456789abcdef0123456789abcdef',
  authToken: 'the-current-token',
  number: '+212661864445',
};
export const publicUrl = 'https://insat.example';

export const service = `MG${'0'.repeat(32)}`;
/** An approved text for replies in Arabic. */
export const template = { id: `HX${'0'.repeat(32)}`, name: 'reply.ar', text: 'إنصات، ملفكم {{1}}: {{2}}' };

type More = { authTokens?: string[]; messagingServiceSid?: string };
const settingsAt = (baseUrl: string | undefined, more: More) => ({
  accountSid: account.accountSid,
  authTokens: [account.authToken, 'the-previous-token'],
  from: account.number,
  publicUrl,
  baseUrl,
  ...more,
});

/** Our adapter, speaking to `baseUrl`; a token that is being replaced is still accepted. */
export const smsAt = (baseUrl?: string, more: More = {}): Channel => createTwilioSms(settingsAt(baseUrl, more));

export const whatsAppAt = (baseUrl?: string, more: More = {}): Channel =>
  createTwilioWhatsApp({ ...settingsAt(baseUrl, more), templates: new Map([[template.name, template.id]]) });

type Received = WebhookRequest & { path: string; body: Form };

/** A fake Twilio with a line at its other end that answers 200 and keeps what it is told; time passes only in `run`. */
export const startLine = async (): Promise<{
  fake: FakeTwilio;
  received: Received[];
  /** What it answers at this path, as TwiML; else with nothing. */
  documents: Map<string, string>;
  run: () => Promise<void>;
  close: () => Promise<void>;
}> => {
  const received: Received[] = [];
  const documents = new Map<string, string>();
  const line = fastify();
  await line.register(formbody);
  line.post<{ Body: Form; Querystring: Form }>('/*', async (request, reply) => {
    const { url, headers, body, query } = request;
    const path = url.split('?')[0] ?? '';
    received.push({ path, url: publicUrl + url, headers, body, query });
    const document = documents.get(path);
    return document === undefined ? '' : reply.type('text/xml').send(document);
  });
  const webhookBase = await line.listen({ port: 0, host: '127.0.0.1' });

  const { schedule, run } = createTurns();
  const fake = await startFakeTwilio({ ...account, whatsApp: account.number, messagingServiceSid: service, templates: new Map([[template.id, template.text]]), publicUrl, webhookBase, schedule });
  return {
    fake,
    received,
    documents,
    run,
    close: async () => {
      await fake.close();
      await line.close();
    },
  };
};
