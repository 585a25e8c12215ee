import { AppError } from './errors.ts';
import { isDatabaseAway } from './outage.ts';

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

/** A run that takes longer hangs on a dead connection; its items are given up as unavailable. */
const patienceMs = 10_000;

/**
 * Group commit without a timer: while one batch runs, arrivals wait; when it returns, all that wait are the next batch.
 * A lone caller waits for nobody. If a batch fails, its items are run again one by one, so that only a faulty one fails:
 * `run` must therefore recognise an item that an earlier, seemingly failed run has in fact written. While the database
 * is away the rest of a batch is refused at once.
 *
 * @param options.run gives one result per item, in order
 * @param options.prepare is called for items that wait, while an earlier batch is away: what of their work is done then
 *   holds up no batch. An item that it throws for fails alone. `run` must do without it, for an item that need not wait
 * @throws AppError busy from `add` when `maxWaiting` items wait already
 */
export const createBatcher = <Item, Result>(options: {
  run: (items: Item[]) => Promise<Result[]>;
  prepare?: (item: Item) => void;
  maxBatch: number;
  maxWaiting: number;
}) => {
  const waiting: Waiting<Item, Result>[] = [];
  let running: Promise<void> | null = null;
  /** How many of the waiting, from the first on, are prepared. */
  let prepared = 0;
  let preparing = false;

  /** All that arrived in one turn of the event loop, together: one by one it takes far longer. */
  const prepareSoon = (): void => {
    if (!options.prepare || preparing) return;
    preparing = true;
    setImmediate(() => {
      preparing = false;
      for (const one of waiting.slice(prepared))
        try {
          options.prepare?.(one.item);
        } catch (error) {
          waiting.splice(waiting.indexOf(one), 1);
          one.reject(error);
        }
      prepared = waiting.length;
    });
  };

  /** Runs a batch, and gives what is left to do then: to answer those who wait. */
  const attempt = async (batch: Waiting<Item, Result>[]): Promise<() => void> => {
    const results = await inTime(options.run(batch.map(({ item }) => item)), patienceMs);
    if (results.length !== batch.length) throw new Error('a batch gave more or fewer results than items');
    return () => batch.forEach(({ resolve }, i) => resolve(results[i] as Result));
  };

  const settle = async (batch: Waiting<Item, Result>[]): Promise<() => void> => {
    try {
      return await attempt(batch);
    } catch (error) {
      if (error instanceof TooLong) return () => rejectAll(batch, new AppError('unavailable'));
      const left = [...batch];
      for (let one = left.shift(); one; one = left.shift())
        try {
          (await attempt([one]))();
        } catch (again) {
          const fault = again instanceof TooLong ? new AppError('unavailable') : again;
          one.reject(fault);
          if (again instanceof TooLong || isDatabaseAway(again)) rejectAll(left.splice(0), fault);
        }
      return () => undefined;
    }
  };

  /** The next batch is on its way before the last one is answered, so that the database never waits for our answering. */
  const drain = async (): Promise<void> => {
    let answer = (): void => undefined;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, options.maxBatch);
      prepared = Math.max(0, prepared - batch.length);
      const next = settle(batch);
      // Not at once: the statement leaves with the next tick, and answering is work for several milliseconds.
      setImmediate(answer);
      answer = await next;
    }
    running = null;
    answer();
  };

  return {
    add: (item: Item): Promise<Result> => {
      if (waiting.length >= options.maxWaiting) return Promise.reject(new AppError('busy'));
      return new Promise<Result>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (running) prepareSoon();
        running ??= drain();
      });
    },
  };
};

class TooLong extends Error {}

const inTime = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLong()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const rejectAll = (batch: readonly { reject: (error: unknown) => void }[], error: unknown): void => {
  for (const { reject } of batch) reject(error);
};
