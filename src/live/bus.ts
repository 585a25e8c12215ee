import type { Log } from '#lib/log';

/** What changed, and where: the place decides who is told; it does not leave the server. */
export type CaseHint = {
  type: 'case.changed'; caseId: string; version: number;
  centreId: string | null; restricted: boolean; readers: readonly string[] | null; blocked: readonly string[] | null;
};
/** Some session ended, it does not say which: whoever holds sockets looks whose are left. */
export type Hint = CaseHint | { type: 'sessions.ended' };

/** Carries text between processes: Redis publish and subscribe, or PostgreSQL NOTIFY (8,000 bytes at most). */
export type Carrier = {
  publish(payload: string): Promise<void>;
  /** `onReady` after each (re)connection: hints may have been missed meanwhile. Nothing stays behind where it rejects. */
  subscribe(onPayload: (payload: string) => void, onReady: () => void): Promise<void>;
  close(): Promise<void>;
};

export type Live = {
  /** After commit only. Hints of the same instant travel together. */
  publish(hint: Hint): void;
  subscribe(listener: { hint(hint: Hint): void; missed(): void }): () => void;
  /** Settles once hints come in from other processes. */
  readonly listening: Promise<void>;
  close(): Promise<void>;
};

const gatherMs = 50;
/** Of the 8,000 bytes that a NOTIFY carries. */
const mostBytes = 7500;
const retryMs = 2000;

/** The last hint of a subject says all that an earlier one says: the last version of a case, to one place. */
const subjectOf = (hint: Hint): string =>
  hint.type === 'case.changed' ? JSON.stringify({ ...hint, version: 0 }) : hint.type;

/** The hints as JSON lists, as many in each as fit. */
const packed = (hints: readonly Hint[]): string[] => {
  const lists: string[] = [];
  for (const text of hints.map((hint) => JSON.stringify(hint))) {
    const last = lists.at(-1);
    if (last !== undefined && last.length + text.length < mostBytes) lists[lists.length - 1] = `${last},${text}`;
    else lists.push(text);
  }
  return lists.map((list) => `[${list}]`);
};

/** Joins this process to the others. A carrier that cannot be reached is tried again until it can, or until `close`. */
export const openLive = (carrier: Carrier, log: Log): Live => {
  const listeners = new Set<{ hint(hint: Hint): void; missed(): void }>();
  let gathered: Hint[] = [];
  let timer: NodeJS.Timeout | null = null;
  let retry: NodeJS.Timeout | null = null;
  let subscribed = false;
  let closed = false;
  // Before the first connection at the first attempt there was nothing to miss.
  let mayHaveMissed = false;
  const listening = Promise.withResolvers<void>();

  const send = async (): Promise<void> => {
    timer = null;
    const latest = [...new Map(gathered.map((hint) => [subjectOf(hint), hint])).values()];
    gathered = [];
    const sending: Promise<void>[] = [];
    for (const payload of packed(latest))
      sending.push(carrier.publish(payload).catch((err: unknown) => log.warn({ err }, 'a live hint was lost; consoles refetch when they reconnect')));
    await Promise.all(sending);
  };

  const receive = (payload: string) => {
    for (const hint of JSON.parse(payload) as Hint[]) for (const listener of listeners) listener.hint(hint);
  };
  const ready = () => {
    if (mayHaveMissed) for (const listener of listeners) listener.missed();
    mayHaveMissed = true;
  };
  const subscribe = async (): Promise<void> => {
    try {
      await carrier.subscribe(receive, ready);
      listening.resolve();
    } catch (err) {
      if (closed) return;
      mayHaveMissed = true;
      log.error({ err }, 'live updates are off: the carrier cannot be reached; trying again');
      retry = setTimeout(() => void subscribe(), retryMs);
    }
  };

  return {
    listening: listening.promise,
    publish(hint) {
      gathered.push(hint);
      timer ??= setTimeout(() => void send(), gatherMs);
    },
    subscribe(listener) {
      listeners.add(listener);
      if (!subscribed) void subscribe();
      subscribed = true;
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      if (retry) clearTimeout(retry);
      if (timer) clearTimeout(timer);
      if (gathered.length > 0) await send();
      await carrier.close();
    },
  };
};
