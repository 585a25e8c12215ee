import type { CaseSummary } from '#contract/staff';
import type { Context } from '#domain/context';
import type { Cast } from './cast.ts';
import { file } from './filing.ts';
import { office, waking, within } from './hours.ts';
import { plots, type Verb } from './plots.ts';
import { createStage, type Stage } from './stage.ts';
import { staffSteps, citizenSteps, isStaffStep } from './steps.ts';
import type { Told } from './told.ts';

/** One person's matter as it is being played. */
export type Story = {
  told: Told;
  /** Number of the story: phone number, share of work and chance follow from it. */
  turn: number;
  stage: Stage;
  cast: Cast;
  /** The case as staff last saw it. */
  summary: CaseSummary | null;
};

const hourMs = 3_600_000;

/** A fraction that depends on `seed` alone, so that every demo tells the same week. */
const chance = (seed: number): number => {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d + seed);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
};

/** When the case came in: within the plot's age, at an hour at which people call, come or write. */
const arrival = ({ plot, channel }: Told, turn: number, now: Date): Date => {
  const [least, most] = plots[plot].age;
  const at = new Date(now.getTime() - (least + (most - least) * chance(turn + 1)) * hourMs);
  const hours = channel === 'web' || channel === 'sms' ? waking : office;
  const shifted = within(hours, at);
  return shifted.getTime() < now.getTime() - least * hourMs ? shifted : at;
};

/** Plays one story from its filing to the end of its plot, all before `now`. */
export const play = async (real: Context, told: Told, turn: number, cast: Cast, now: Date): Promise<void> => {
  const stage = createStage(real, arrival(told, turn, now), told.fate ?? 'delivered');
  const story: Story = { told, turn, stage, cast, summary: null };
  await file(story);
  await stage.settle();
  for (const [hours, verb] of plots[told.plot].steps) {
    stage.goTo(timeOf(verb, stage.ctx.clock.now(), hours, now));
    if (isStaffStep(verb)) story.summary = await staffSteps[verb](story);
    else await citizenSteps[verb](story);
    await stage.settle();
  }
};

/** What would fall after `now` happens on the way there instead. */
const timeOf = (verb: Verb, last: Date, hours: number, now: Date): Date => {
  const wanted = within(isStaffStep(verb) ? office : waking, new Date(last.getTime() + hours * hourMs));
  if (now.getTime() - wanted.getTime() > hourMs / 2) return wanted;
  return new Date(last.getTime() + (now.getTime() - last.getTime()) / 3);
};
