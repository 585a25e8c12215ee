import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '#lib/clock';
import { notFound } from './refusal.ts';
import type { MessageStore } from './store.ts';

/** A file that somebody sends; `lateBy` requests for it are answered as if it were not there yet, as happens at Twilio. */
export type GivenFile = { type: string; bytes: Uint8Array; lateBy?: number };

type HeldFile = { sid: string; messageSid: string; type: string; bytes: Buffer; lateBy: number; at: Date };

/** The files of every message, in memory until they are deleted. */
export class MediaStore {
  readonly #files = new Map<string, HeldFile>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps the files of a message; twice given, they are known. */
  add(messageSid: string, files: readonly GivenFile[]): readonly HeldFile[] {
    const known = this.of(messageSid);
    if (known.length > 0) return known;
    return files.map(({ type, bytes, lateBy = 0 }) => {
      const file = { sid: `ME${randomBytes(16).toString('hex')}`, messageSid, type, bytes: Buffer.from(bytes), lateBy, at: this.#clock.now() };
      this.#files.set(file.sid, file);
      return file;
    });
  }

  of(messageSid: string): readonly HeldFile[] {
    return [...this.#files.values()].filter((file) => file.messageSid === messageSid);
  }

  get(sid: string): HeldFile | undefined {
    return this.#files.get(sid);
  }

  remove(sid: string): boolean {
    return this.#files.delete(sid);
  }
}

const stamp = (at: Date): string => at.toUTCString().replace('GMT', '+0000');

/** Media of messages as Twilio's API has them: listed, sent elsewhere for their bytes, deleted. */
export const addMediaRoutes = (app: FastifyInstance, accountSid: string, files: MediaStore, store: MessageStore): void => {
  const base = `/2010-04-01/Accounts/${accountSid}/Messages/:message`;
  type Named = { Params: { message: string; file: string } };

  const find = ({ message, file }: Named['Params']): HeldFile => {
    const found = files.get(file.replace(/\.json$/, ''));
    if (found?.messageSid !== message) throw notFound();
    return found;
  };

  app.get<Named>(`${base}/Media.json`, async ({ params: { message }, url }) => {
    if (!store.get(message)) throw notFound();
    const own = files.of(message);
    return {
      end: Math.max(own.length - 1, 0), first_page_uri: url, next_page_uri: null, page: 0, page_size: 50, previous_page_uri: null, start: 0, uri: url,
      media_list: own.map(({ sid, type, at }) => ({
        sid, account_sid: accountSid, parent_sid: message, content_type: type, date_created: stamp(at), date_updated: stamp(at),
        uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message}/Media/${sid}.json`,
      })),
    };
  });

  app.get<Named>(`${base}/Media/:file`, async ({ params }, reply) => {
    const found = find(params);
    if (found.lateBy > 0) {
      found.lateBy -= 1;
      throw notFound();
    }
    return reply.redirect(`/__files/${found.sid}`, 307);
  });

  app.delete<Named>(`${base}/Media/:file`, async ({ params }, reply) => {
    files.remove(find(params).sid);
    return reply.code(204).send();
  });
};

/** Where the bytes are, as at Twilio's file hosts: open to whoever has the address, and no place for the account's secret. */
export const addFileRoute = (app: FastifyInstance, files: MediaStore): void => {
  app.get<{ Params: { file: string } }>('/__files/:file', async ({ params, headers }, reply) => {
    const found = files.get(params.file);
    if (!found || headers.authorization !== undefined) throw notFound();
    return reply.type(found.type).send(found.bytes);
  });
};
