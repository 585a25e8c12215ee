import { AppError } from './errors.ts';

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

/**
 * Group commit without a timer: while one batch runs, arrivals wait; when it returns, all that wait are the next batch.
 * A lone caller waits for nobody. If a batch fails, its items are run one by one, so that only a faulty one fails:
 * `run` must therefore recognise an item that an earlier, seemingly failed run has in fact written.
 *
 * @param run gives one result per item, in order
 * @throws AppError busy from `add` when `maxWaiting` items wait already
 */
export const createBatcher = <Item, Result>(options: {
  run: (items: Item[]) => Promise<Result[]>;
  maxBatch: number;
  maxWaiting: number;
}) => {
  const waiting: Waiting<Item, Result>[] = [];
  let running: Promise<void> | null = null;

  const settle = async (batch: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await options.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, i) => {
        const result = results[i];
        if (result === undefined) reject(new Error('the batch gave fewer results than items'));
        else resolve(result);
      });
    } catch (error) {
      if (batch.length > 1) for (const one of batch) await settle([one]);
      else batch[0]?.reject(error);
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) await settle(waiting.splice(0, options.maxBatch));
    running = null;
  };

  return {
    add: (item: Item): Promise<Result> => {
      if (waiting.length >= options.maxWaiting) return Promise.reject(new AppError('busy'));
      return new Promise<Result>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= drain();
      });
    },
    /** Resolves when nothing waits. */
    idle: async (): Promise<void> => {
      await running;
    },
  };
};
