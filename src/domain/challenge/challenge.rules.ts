/** Requests a minute from one network (a carrier's address may stand for thousands of people) that ask nobody for anything. */
const freePerMinute = 120;

/** Filings under way in this process; at 2,000 its writer refuses. */
const crowded = 1500;

const hardest = 5;

/**
 * How hard the challenge is that a filing must bring, 0 for none. One step harder for each doubling of what is free, and
 * for each fifth of the room that is left when the process is crowded.
 *
 * @param fromNetwork filings of the caller's network in this minute
 * @param underWay filings that this process is about to keep
 */
export const levelFor = (fromNetwork: number, underWay: number): number => {
  const network = fromNetwork <= freePerMinute ? 0 : 1 + Math.floor(Math.log2(fromNetwork / freePerMinute));
  const load = underWay < crowded ? 0 : 1 + Math.floor((underWay - crowded) / 100);
  return Math.min(hardest, Math.max(network, load));
};

/**
 * What a level asks for: a key that begins with three given digits of sixteen, so 4,096 tries of PBKDF2 on average, each of
 * so many rounds. Level 1 takes a computer a third of a second and an old phone a few; level 5 sixteen times that. To
 * check takes one try.
 */
export const workFor = (level: number): { keyPrefix: string; cost: number } => ({ keyPrefix: '000', cost: 100 * 2 ** (level - 1) });

export const validMs = 10 * 60_000;
