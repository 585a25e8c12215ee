import type { Channel, Kind } from '#contract/words';
import type { Plot } from './plots.ts';
import { arabic } from './told.arabic.ts';
import { darija } from './told.darija.ts';
import { french } from './told.french.ts';
import { others } from './told.others.ts';

/** What one invented person tells the line, and what became of it. */
export type Told = {
  channel: Channel;
  plot: Plot;
  /** The subcategory that a form or an operator gives; an SMS leaves finding it to the triage. */
  topic: string;
  text: string;
  /** A complaint unless said otherwise. */
  kind?: Kind;
  /** Chosen on the form; an SMS names its place in words. */
  province?: string;
  name?: string;
  /** How the person can be reached, where it is not by phone. */
  reach?: 'email' | 'anonymous';
  /** What becomes of the SMS to this person, where it is not `delivered`. */
  fate?: 'sent' | 'failed';
  /** What the person writes later, where the plot has them write. */
  more?: string;
  /** Told for somebody else: `name` is the citizen, this the relationship. */
  behalf?: string;
};

/** Every person, place of work and number here is invented. */
export const told: readonly Told[] = [...arabic, ...darija, ...french, ...others];
