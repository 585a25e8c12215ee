import type { CaseSummary } from '#contract/staff';
import type { Context } from '#domain/context';
import type { Cast } from './cast.ts';
import { file } from './filing.ts';
import { planOf } from './plan.ts';
import { createStage, type Stage } from './stage.ts';
import { citizenSteps, isStaffVerb, staffSteps } from './steps.ts';
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
  /** The case that stays where a person filed twice. */
  survivor: string | null;
};

/** Plays one story from its filing to the end of its plot, all before `now`. */
export const play = async (real: Context, told: Told, turn: number, cast: Cast, now: Date): Promise<void> => {
  const { arrival, steps } = planOf(told, turn, now);
  const stage = createStage(real, arrival, told.fate ?? 'delivered');
  const story: Story = { told, turn, stage, cast, summary: null, survivor: null };
  await file(story);
  await stage.settle();
  for (const { at, verb } of steps) {
    stage.goTo(at);
    if (isStaffVerb(verb)) story.summary = await staffSteps[verb](story);
    else await citizenSteps[verb](story);
    await stage.settle();
  }
};
