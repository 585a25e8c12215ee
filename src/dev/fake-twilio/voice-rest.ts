import type { FastifyInstance } from 'fastify';
import { callResource, type Exchange } from './calls.ts';
import { notFound, Refusal } from './refusal.ts';

const text = (form: Record<string, unknown>, key: string): string | null => (typeof form[key] === 'string' && form[key] !== '' ? form[key] : null);

/** The parameters of a new call that the fake obeys; another would be silently pretended. */
const known = new Set(['To', 'From', 'Url', 'Method', 'StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent', 'Timeout']);

/** Calls and recordings in Twilio's REST API, as far as Insat uses them. Whoever asks has been authenticated. */
export const addVoiceRoutes = (app: FastifyInstance, account: { accountSid: string; number: string }, exchange: Exchange): void => {
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

  app.get<{ Params: { file: string } }>(`${base}/Recordings/:file`, async (request, reply) => {
    const recording = exchange.recordings.get(request.params.file.replace(/\.mp3$/, ''));
    if (!recording || !request.params.file.endsWith('.mp3')) throw notFound();
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
};
