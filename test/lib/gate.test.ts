import { expect, it } from 'vitest';
import { createGate } from '#lib/gate';

/** Work that runs until it is let go. */
const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { promise, resolve, reject, started: false };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('never lets more than its width run at once; the others wait their turn, in order', async () => {
  const gate = createGate(2, 10);
  const jobs = Array.from({ length: 4 }, held);
  const results = jobs.map((job) =>
    gate(() => {
      job.started = true;
      return job.promise;
    }),
  );
  const started = () => jobs.map((job) => job.started);
  await settled();
  expect(started()).toEqual([true, true, false, false]);
  jobs[1]?.resolve('second');
  await settled();
  expect(started()).toEqual([true, true, true, false]);
  for (const job of jobs) job.resolve('done');
  expect(await Promise.all(results)).toEqual(['done', 'second', 'done', 'done']);
});

it('work that fails never keeps its place', async () => {
  const gate = createGate(1, 10);
  for (let i = 0; i < 3; i += 1) await expect(gate(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await gate(async () => 'runs')).toBe('runs');
});

it('who comes when too many wait is turned away, and the others never notice', async () => {
  const gate = createGate(1, 1);
  const first = held();
  const running = gate(() => first.promise);
  const waiting = gate(async () => 'waited');
  await expect(gate(async () => 'too late')).rejects.toMatchObject({ code: 'busy' });
  first.resolve('ran');
  expect(await Promise.all([running, waiting])).toEqual(['ran', 'waited']);
  expect(await gate(async () => 'later')).toBe('later');
});
