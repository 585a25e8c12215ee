import { AppError } from './errors.ts';

/**
 * Lets `width` pieces of work run at once; the others wait their turn, first come first served.
 *
 * @returns runs a piece of work and gives what it gives; AppError busy when `maxWaiting` wait already
 */
export const createGate = (width: number, maxWaiting: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < width) running += 1;
    else if (waiting.length >= maxWaiting) throw new AppError('busy');
    // Whoever leaves hands on the place, so that nobody who comes later can slip in.
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};
