import type { Log } from '#lib/log';

/** What changed, and where: the centre decides who is told; it does not leave the server. */
export type Hint = { type: 'case.changed'; caseId: string; version: number; centreId: string | null; queueId: string | null };

/** Carries text between processes: Redis publish and subscribe, or PostgreSQL NOTIFY (8,000 bytes at most). */
export type Carrier = {
  publish(payload: string): Promise<void>;
  /** `onReady` after each (re)connection: hints may have been missed meanwhile. */
  subscribe(onPayload: (payload: string) => void, onReady: () => void): Promise<void>;
  close(): Promise<void>;
};

export type Live = {
  /** After commit only. Hints of the same instant travel together. */
  publish(hint: Hint): void;
  subscribe(listener: { hint(hint: Hint): void; missed(): void }): () => void;
  close(): Promise<void>;
};

const gatherMs = 50;
const perPayload = 30;

export const openLive = (carrier: Carrier, log: Log): Live => {
  const listeners = new Set<{ hint(hint: Hint): void; missed(): void }>();
  let gathered: Hint[] = [];
  let timer: NodeJS.Timeout | null = null;
  let subscription: Promise<void> | null = null;
  let connections = 0;

  const send = () => {
    timer = null;
    // The last version of a case says to a queue all that an earlier one says.
    const latest = [...new Map(gathered.map((hint) => [`${hint.caseId} ${hint.centreId} ${hint.queueId}`, hint])).values()];
    gathered = [];
    for (let i = 0; i < latest.length; i += perPayload)
      carrier
        .publish(JSON.stringify(latest.slice(i, i + perPayload)))
        .catch((err: unknown) => log.warn({ err }, 'a live hint was lost; consoles refetch when they reconnect'));
  };

  const receive = (payload: string) => {
    for (const hint of JSON.parse(payload) as Hint[]) for (const listener of listeners) listener.hint(hint);
  };

  return {
    publish(hint) {
      gathered.push(hint);
      timer ??= setTimeout(send, gatherMs);
    },
    subscribe(listener) {
      listeners.add(listener);
      subscription ??= carrier.subscribe(receive, () => {
        connections += 1;
        if (connections > 1) for (const one of listeners) one.missed();
      });
      subscription.catch((err: unknown) => {
        subscription = null;
        log.error({ err }, 'live updates are off: the carrier cannot be reached');
      });
      return () => listeners.delete(listener);
    },
    async close() {
      if (timer) clearTimeout(timer);
      if (gathered.length > 0) send();
      await carrier.close();
    },
  };
};
