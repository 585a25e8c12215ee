import type { FastifyInstance } from 'fastify';
import type { Clock } from '#lib/clock';
import { notFound, Refusal } from './refusal.ts';
import { readListRequest, readNewMessage, type Senders } from './requests.ts';
import { outsideWindow, scriptFor, type Script } from './scripts.ts';
import { type FakeMessage, type MessageStore, newMessageSid, toResource } from './store.ts';

type Account = Senders & { accountSid: string; authToken: string };
type Tools = {
  store: MessageStore;
  clock: Clock;
  accepted: (message: FakeMessage, script: Script) => void;
  /** Whether this person wrote on WhatsApp in the last day. */
  windowOpen: (address: string) => boolean;
};

/** The part of Twilio's REST API that Insat uses: create, fetch and list messages of one account. */
export const addRestRoutes = (app: FastifyInstance, account: Account, { store, clock, accepted, windowOpen }: Tools): void => {
  const { accountSid, authToken } = account;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const base = `/2010-04-01/Accounts/${accountSid}`;
  const refusalsGiven = new Map<string, number>();

  const refuseIfScripted = (to: string): void => {
    const { refusal } = scriptFor(to);
    if (!refusal) return;
    const given = refusalsGiven.get(to) ?? 0;
    if (refusal.times !== undefined && given >= refusal.times) return;
    refusalsGiven.set(to, given + 1);
    throw new Refusal(refusal.status, refusal.code, refusal.text);
  };

  app.addHook('onRequest', async (request) => {
    if (request.headers.authorization !== authorization) throw new Refusal(401, 20003, 'Authenticate');
  });

  app.post(`${base}/Messages.json`, async (request, reply) => {
    const { approved, ...wish } = readNewMessage(request.body, account);
    refuseIfScripted(wish.to);
    const at = clock.now();
    const message: FakeMessage = {
      ...wish,
      sid: newMessageSid(),
      direction: 'outbound-api',
      status: 'queued',
      errorCode: null,
      numMedia: 0,
      createdAt: at,
      updatedAt: at,
      sentAt: null,
    };
    store.add(message);
    accepted(message, wish.to.startsWith('whatsapp:') && !approved && !windowOpen(wish.to) ? outsideWindow : scriptFor(wish.to));
    if (scriptFor(wish.to).cutsConnection) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return reply.code(201).send(toResource(message, accountSid));
  });

  app.get<{ Params: { sid: string } }>(`${base}/Messages/:sid.json`, async (request) => {
    const message = store.get(request.params.sid);
    if (!message) throw notFound();
    return toResource(message, accountSid);
  });

  app.get(`${base}/Messages.json`, async (request) => {
    const { wanted, pageSize, page, after } = readListRequest(request.query);
    const all = store.list(wanted);
    const start = after === undefined ? page * pageSize : all.findIndex(({ sid }) => sid === after) + 1;
    const items = all.slice(start, start + pageSize);
    const last = items.at(-1);
    const pageUri = (wantedPage: number, from?: FakeMessage): string => {
      const query = new URLSearchParams(new URL(request.url, 'http://fake').search);
      query.set('PageSize', String(pageSize));
      query.set('Page', String(wantedPage));
      if (from) query.set('PageToken', `PA${from.sid}`);
      else query.delete('PageToken');
      return `${base}/Messages.json?${query}`;
    };
    return {
      end: start + Math.max(items.length - 1, 0),
      first_page_uri: pageUri(0),
      messages: items.map((message) => toResource(message, accountSid)),
      next_page_uri: last && start + pageSize < all.length ? pageUri(page + 1, last) : null,
      page,
      page_size: pageSize,
      previous_page_uri: page > 0 ? pageUri(page - 1) : null,
      start,
      uri: request.url,
    };
  });
};
