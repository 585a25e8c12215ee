import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBatcher } from '#lib/batcher';

/** A writer that is busy with item 0 until the test lets it go, and to which odd items are faulty. */
const writer = (limits: { maxBatch: number; maxWaiting: number }) => {
  const batches: number[][] = [];
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const { add } = createBatcher<number, string>({
    ...limits,
    run: async (items) => {
      batches.push(items);
      if (items.includes(0)) await held;
      if (items.some((item) => item % 2 === 1)) throw new Error('faulty');
      return items.map((item) => `result of ${item}`);
    },
  });
  return { add, batches, letGo };
};

describe('the group-committing writer', () => {
  it('never keeps a lone caller waiting, and takes all that came meanwhile as one batch, in order', async () => {
    const { add, batches, letGo } = writer({ maxBatch: 10, maxWaiting: 10 });
    const first = add(0);
    expect(batches).toEqual([[0]]);
    const others = [add(2), add(4), add(6)];
    letGo();
    expect(await Promise.all([first, ...others])).toEqual(['result of 0', 'result of 2', 'result of 4', 'result of 6']);
    expect(batches).toEqual([[0], [2, 4, 6]]);
  });

  it('never lets a faulty item take its neighbours along, nor stop those that come later', async () => {
    const { add, batches, letGo } = writer({ maxBatch: 10, maxWaiting: 10 });
    const all = Promise.allSettled([add(0), add(2), add(3), add(4)]);
    letGo();
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(batches).toEqual([[0], [2, 3, 4], [2], [3], [4]]);
    expect(await add(6)).toBe('result of 6');
  });

  it('never takes more than a batch holds, and refuses at once what is more than it can serve', async () => {
    const { add, batches, letGo } = writer({ maxBatch: 2, maxWaiting: 3 });
    const taken = [add(0), add(2), add(4), add(6)];
    await expect(add(8)).rejects.toMatchObject({ code: 'busy', status: 503 });
    letGo();
    expect(await Promise.all(taken)).toHaveLength(4);
    expect(batches).toEqual([[0], [2, 4], [6]]);
    expect(await add(8)).toBe('result of 8');
  });

  it('refuses the rest of a batch at once while the database is away, instead of trying each in vain', async () => {
    let runs = 0;
    const { add } = createBatcher<number, string>({
      maxBatch: 10,
      maxWaiting: 10,
      run: async () => {
        runs += 1;
        throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      },
    });
    const first = add(0);
    const others = [add(1), add(2), add(3)];
    const all = await Promise.allSettled([first, ...others]);
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(runs).toBe(4);
  });

  it('tries a lone item once more when its answer was lost, so that what was in fact written is not refused', async () => {
    const written = new Set<number>();
    const { add } = createBatcher<number, string>({
      maxBatch: 10,
      maxWaiting: 10,
      run: async (items) => {
        const known = items.every((item) => written.has(item));
        for (const item of items) written.add(item);
        if (!known) throw Object.assign(new Error('the connection broke after the commit'), { code: 'ECONNRESET' });
        return items.map(() => 'written');
      },
    });
    expect(await add(7)).toBe('written');
  });

  it('prepares what waits while a batch is away, each item once, and never one that need not wait', async () => {
    const seen: string[] = [];
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { add } = createBatcher<number, string>({
      maxBatch: 2,
      maxWaiting: 10,
      prepare: (item) => seen.push(`prepare ${item}`),
      run: async (items) => {
        seen.push(`run ${items.join()}`);
        if (items.includes(0)) await held;
        return items.map(() => 'written');
      },
    });
    const all = [add(0), add(1), add(2), add(3)];
    await setImmediate();
    all.push(add(4));
    await setImmediate();
    letGo();
    await Promise.all(all);
    expect(seen).toEqual(['run 0', 'prepare 1', 'prepare 2', 'prepare 3', 'prepare 4', 'run 1,2', 'run 3,4']);
  });

  it('never lets an item that cannot be prepared take along those that wait with it', async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { add } = createBatcher<number, number>({
      maxBatch: 10,
      maxWaiting: 10,
      prepare: (item) => {
        if (item === 2) throw new Error('faulty');
      },
      run: async (items) => {
        if (items.includes(0)) await held;
        return items;
      },
    });
    const all = Promise.allSettled([add(0), add(1), add(2), add(3)]);
    await setImmediate();
    letGo();
    expect((await all).map((one) => (one.status === 'fulfilled' ? one.value : one.status))).toEqual([0, 1, 'rejected', 3]);
  });
});
