import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callResource, recordingResource, type Exchange } from './calls.ts';
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

  app.get(`${base}/Calls.json`, async (request) => {
    const calls = [...exchange.calls.values()].map((call) => ({ at: call.createdAt, resource: callResource(call, accountSid) }));
    return page(request, 'calls', 'StartTime>', calls);
  });

  app.get(`${base}/Recordings.json`, async (request) => {
    const recordings = [...exchange.recordings.values()].map((recording) => ({ at: recording.at, resource: recordingResource(recording, accountSid) }));
    return page(request, 'recordings', 'DateCreated>', recordings);
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

/** One page of a list, the newest first; `filter`: the parameter that names the earliest. */
const page = (request: FastifyRequest, name: string, filter: string, all: { at: Date; resource: object }[]): object => {
  const query = request.query as Record<string, string>;
  const other = Object.keys(query).find((key) => ![filter, 'PageSize', 'Page', 'PageToken'].includes(key));
  if (other !== undefined) throw new Refusal(400, 20001, `Unknown parameter ${other}`);
  const [size, number] = [Number(query['PageSize'] ?? 50), Number(query['Page'] ?? 0)];
  const held = all.filter(({ at }) => `${at.toISOString().slice(0, 19)}Z` >= (query[filter] ?? '')).toReversed();
  const uri = (wanted: number): string => `${request.url.split('?')[0]}?${new URLSearchParams({ ...query, PageSize: String(size), Page: String(wanted), PageToken: `PA${wanted}` })}`;
  const start = size * number;
  return {
    end: Math.max(start, Math.min(start + size, held.length) - 1),
    first_page_uri: uri(0),
    next_page_uri: start + size < held.length ? uri(number + 1) : null,
    page: number,
    page_size: size,
    previous_page_uri: number > 0 ? uri(number - 1) : null,
    [name]: held.slice(start, start + size).map(({ resource }) => resource),
    start,
    uri: request.url,
  };
};
