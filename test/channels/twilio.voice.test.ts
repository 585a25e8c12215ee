import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTwilioVoice } from '#channels/twilio/voice/voice';
import type { CallReport, Voice } from '#channels/voice';
import { callResource, recordingResource } from '#dev/fake-twilio/calls';
import { freePort } from '#db/embedded/port';
import { account } from '../support/twilio-line.ts';

const { accountSid, authToken, number } = account;
const sid = (kind: string, of: number): string => kind + String(of).padStart(32, '0');
const at = new Date('2026-11-23T10:00:00Z');
const call = (of: number, more: object = {}): object => ({
  ...callResource({ sid: sid('CA', of), direction: 'inbound', from: '+212661000001', to: number, status: 'completed', url: null, statusCallback: null, createdAt: at, endedAt: new Date(at.getTime() + 9000) }, accountSid),
  ...more,
});
const recording = (of: number, more: object = {}): object => ({
  ...recordingResource({ sid: sid('RE', of), callSid: sid('CA', 1), audio: Buffer.alloc(0), seconds: 12, notYet: 0, at }, accountSid),
  ...more,
});
const voiceAt = (baseUrl: string): Voice =>
  createTwilioVoice({ accountSid, authTokens: [authToken], apiKey: { sid: sid('SK', 1), secret: 'a secret' }, appSid: sid('AP', 1), from: number, publicUrl: 'https://insat.example', baseUrl });
const all = async (voice: Voice): Promise<CallReport[]> => {
  const reports: CallReport[] = [];
  for await (const report of voice.reconcile(new Date(at.getTime() - 3_600_000))) reports.push(report);
  return reports;
};

let twilio: FastifyInstance;
let url: string;
let asked: string[] = [];
let held: { calls: object[]; recordings: object[] } = { calls: [], recordings: [] };
beforeAll(async () => {
  twilio = fastify();
  for (const [path, name] of [['Calls', 'calls'], ['Recordings', 'recordings']] as const)
    twilio.get(`/2010-04-01/Accounts/${accountSid}/${path}.json`, async (request) => {
      asked.push(decodeURIComponent(request.url.split('?')[1] ?? ''));
      return { [name]: held[name], next_page_uri: null, page: 0, page_size: 50, start: 0, end: 0, uri: request.url, first_page_uri: request.url, previous_page_uri: null };
    });
  url = await twilio.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => twilio.close());

it('tells of calls that are over and of what callers chose to record, the oldest first, from the instant asked for', async () => {
  held = {
    calls: [
      call(5, { status: 'in-progress' }),
      call(4, { from: 'client:somebody' }),
      call(3, { direction: 'outbound-dial', parent_call_sid: sid('CA', 1) }),
      call(2, { direction: 'outbound-api', status: 'no-answer', from: number }),
      call(1, { from: '+266696687' }),
    ],
    recordings: [recording(4, { source: 'StartCallRecordingAPI' }), recording(3, { status: 'absent' }), recording(2, { duration: '0' }), recording(1)],
  };
  asked = [];
  expect(await all(voiceAt(url))).toMatchObject([
    { callId: sid('CA', 1), direction: 'in', from: null, ended: true, heldSince: at, heldUntil: new Date(at.getTime() + 9000), recordingId: null },
    { callId: sid('CA', 2), direction: 'out', ended: true, recordingId: null },
    { callId: sid('CA', 1), recordingId: sid('RE', 1) },
  ]);
  expect(asked).toEqual([expect.stringContaining('StartTime>=2026-11-23T09:00:00Z'), expect.stringContaining('DateCreated>=2026-11-23T09:00:00Z')]);
});

it('says so where the provider cannot be asked', async () => {
  await expect(all(voiceAt(`http://127.0.0.1:${await freePort()}`))).rejects.toThrow();
});
