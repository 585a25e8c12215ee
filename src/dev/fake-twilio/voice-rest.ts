import type { FastifyInstance } from 'fastify';
import { callResource, recordingResource, type Exchange } from './calls.ts';
import { page } from './pages.ts';
import { queueResource, memberResource, type FakeQueue } from './queue.ts';
import { notFound, Refusal } from './refusal.ts';

const text = (form: Record<string, unknown>, key: string): string | null => (typeof form[key] === 'string' && form[key] !== '' ? form[key] : null);

/** The parameters of a new call that the fake obeys; another would be silently pretended. */
const known = new Set(['To', 'From', 'Url', 'Method', 'StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent', 'Timeout']);

/** Calls, recordings and the queue in Twilio's REST API. Whoever asks has been authenticated. */
export const addVoiceRoutes = (app: FastifyInstance, account: { accountSid: string; number: string }, exchange: Exchange, queue: FakeQueue): void => {
  const { accountSid, number } = account;
  const base = `/2010-04-01/Accounts/${accountSid}`;

  app.post(`${base}/Calls.json`, async (request, reply) => {
    const form = (request.body ?? {}) as Record<string, unknown>;
    const unknown = Object.keys(form).find((key) => !known.has(key));
    if (unknown !== undefined) throw new Refusal(400, 20001, `Unknown parameter ${unknown}`);
    const [to, from, url] = [text(form, 'To'), text(form, 'From'), text(form, 'Url')];
    if (to === null || !/^(\+[1-9]\d{6,14}|client:\w{1,121})$/.test(to)) throw new Refusal(400, 21211, "Invalid 'To' Phone Number");
    if (from !== number) throw new Refusal(400, 21212, "Invalid 'From' Phone Number");
    if (url === null || !URL.canParse(url)) throw new Refusal(400, 21205, 'Url is not a valid URL');
    const call = exchange.add({ direction: 'outbound-api', from, to, status: 'queued', url, statusCallback: text(form, 'StatusCallback') });
    return reply.code(201).send(callResource(call, accountSid));
  });

  app.get(`${base}/Calls.json`, async (request) => {
    const calls = [...exchange.calls.values()].map((call) => ({ at: call.createdAt, resource: callResource(call, accountSid) }));
    return page(request, 'calls', 'StartTime>', calls);
  });

  app.get<{ Params: { sid: string } }>(`${base}/Calls/:sid.json`, async ({ params }) => {
    const call = exchange.calls.get(params.sid);
    if (!call) throw notFound();
    return callResource(call, accountSid);
  });

  app.get(`${base}/Recordings.json`, async (request) => {
    const recordings = [...exchange.recordings.values()].map((recording) => ({ at: recording.at, resource: recordingResource(recording, accountSid) }));
    return page(request, 'recordings', 'DateCreated>', recordings);
  });

  app.get<{ Params: { file: string } }>(`${base}/Recordings/:file`, async (request, reply) => {
    const [, sid = '', kind] = /^(\w+)\.(mp3|json)$/.exec(request.params.file) ?? [];
    const recording = exchange.recordings.get(sid);
    if (!recording) throw notFound();
    if (kind === 'json') return recordingResource(recording, accountSid);
    if (recording.notYet > 0) {
      recording.notYet -= 1;
      throw notFound();
    }
    return reply.type('audio/mpeg').send(recording.audio);
  });

  app.delete<{ Params: { file: string } }>(`${base}/Recordings/:file`, async (request, reply) => {
    if (!exchange.recordings.delete(request.params.file.replace(/\.json$/, ''))) throw notFound();
    return reply.code(204).send();
  });

  const queues = (): FakeQueue[] => (queue.name === null ? [] : [queue]);
  const queueOf = (sid: string): FakeQueue => {
    const found = queues().find((one) => one.sid === sid);
    if (!found) throw notFound();
    return found;
  };
  app.get(`${base}/Queues.json`, async (request) => page(request, 'queues', null, queues().map((one) => ({ at: one.createdAt, resource: queueResource(one, accountSid) }))));
  app.get<{ Params: { sid: string } }>(`${base}/Queues/:sid.json`, async ({ params }) => queueResource(queueOf(params.sid), accountSid));
  app.get<{ Params: { sid: string } }>(`${base}/Queues/:sid/Members.json`, async (request) => {
    const found = queueOf(request.params.sid);
    // The longest wait first.
    return page(request, 'queue_members', null, found.stays.map((stay) => ({ at: stay.since, resource: memberResource(stay, found, accountSid) })).toReversed());
  });
};
