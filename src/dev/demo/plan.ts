import { office, waking, within } from './hours.ts';
import { plots, type Verb } from './plots.ts';
import { isStaffVerb } from './steps.ts';
import type { Told } from './told.ts';

type Plan = { arrival: Date; steps: { at: Date; verb: Verb }[] };

const hourMs = 3_600_000;
/** The demo is a week, and the time since it began: cases that are older on purpose have their own age. */
const weekHours = 8 * 24 - 1;

/** A fraction that depends on `seed` alone, so that every demo tells the same week. */
const chance = (seed: number): number => {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d + seed);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
};

const back = (now: Date, hours: number): Date => new Date(now.getTime() - hours * hourMs);

/**
 * When everything in a story happened: people write while they are awake, and staff work in office hours. A weekend
 * lengthens a story, which then began earlier; what does not even fit into the week happens at odd hours instead.
 */
export const planOf = ({ plot, channel }: Told, turn: number, now: Date): Plan => {
  const { age, steps } = plots[plot];
  const [least, most] = age;
  const wanted = least + (most - least) * chance(turn + 1);
  const hours = channel === 'web' || channel === 'sms' ? waking : office;
  for (let older = 0; wanted + older < Math.max(weekHours, wanted + 1); older += 5) {
    const plan = planFrom(within(hours, back(now, wanted + older)), steps);
    const last = plan.steps.at(-1)?.at ?? plan.arrival;
    if (last < back(now, 0.2)) return plan;
  }
  const arrival = back(now, wanted);
  const share = (wanted * hourMs) / (steps.length + 1);
  return { arrival, steps: steps.map(([, verb], i) => ({ at: new Date(arrival.getTime() + share * (i + 0.9)), verb })) };
};

const planFrom = (arrival: Date, steps: (typeof plots)[keyof typeof plots]['steps']): Plan => {
  let last = arrival;
  return {
    arrival,
    steps: steps.map(([hours, verb]) => {
      last = within(isStaffVerb(verb) ? office : waking, new Date(last.getTime() + hours * hourMs));
      return { at: last, verb };
    }),
  };
};
