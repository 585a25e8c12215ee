import { sql } from 'drizzle-orm';
import { events } from '#db/schema/tables';

/** The events that say that somebody was shown what is masked, by what is counted of them. */
export const showings: Readonly<Record<string, 'reveals' | 'givings'>> = { 'case.revealed': 'reveals', 'case.data_given': 'givings' };

/** Such an event. Written out as in the partial index, so that the planner can prove that it holds the answer. */
export const showsCitizen = sql`${events.type} in ('case.revealed', 'case.data_given')`;
