/** How many cases a row of a report tells of. */
export type Counts = { count: number; replied: number; resolved: number; in_time: number; late: number };

/** What of a row is not told: `row` stands for all of it. */
export type Withheld = Record<keyof typeof partsOf, boolean>;

/** Into what the cases of a row fall apart by what is told of them: what is left over can be worked out, so it is a part too. */
const partsOf = {
  row: ({ count }: Counts) => [count],
  firstReply: ({ count, replied }: Counts) => [replied, count - replied],
  resolution: ({ count, resolved }: Counts) => [resolved, count - resolved],
  legal: ({ count, in_time, late }: Counts) => [in_time, late, count - in_time - late],
};

const isSmall = (count: number, least: number): boolean => count > 0 && count < least;

/** Where every percentile of so many times the least stands for several people, whoever of them still waits. */
const roomForPercentiles = 10;

/** Whether the percentiles of a row may be told whose counts are withheld: of few they would tell the counts. */
export const tellsPercentiles = (count: number, least: number): boolean => count >= roomForPercentiles * least;

/** What is of few cases in a row by itself, or in the sum of all. */
export const withheldAlone = (row: Counts, least: number): Withheld => {
  const small = (name: keyof typeof partsOf): boolean => isSmall(row.count, least) || partsOf[name](row).some((part) => isSmall(part, least));
  return { row: small('row'), firstReply: small('firstReply'), resolution: small('resolution'), legal: small('legal') };
};

/**
 * What of a report's rows must not be told, so that no figure is of fewer than `least` cases and none can be worked out by
 * taking the others from a sum. Sums are that of all rows and those by each choice of the report's own dimensions: in each,
 * what is withheld is more than one row, and not of few together, or the next smallest row is withheld with it.
 *
 * @param keys of each row, its value in each dimension
 * @returns of the row in this place
 */
export const withheldOf = (rows: readonly Counts[], keys: readonly (readonly unknown[])[], least: number): ((place: number) => Withheld) => {
  const anySmall = rows.some((row) => Object.values(withheldAlone(row, least)).includes(true));
  const sums = anySmall ? sumsOf(keys) : [];
  const row = hide(rows, sums, partsOf.row, least, []);
  const firstReply = hide(rows, sums, partsOf.firstReply, least, row);
  const resolution = hide(rows, sums, partsOf.resolution, least, row);
  const legal = hide(rows, sums, partsOf.legal, least, row);
  return (place) => ({ row: row.has(place), firstReply: firstReply.has(place), resolution: resolution.has(place), legal: legal.has(place) });
};

/** Which rows each sum is made of. */
const sumsOf = (keys: readonly (readonly unknown[])[]): number[][] => {
  const dimensions = keys[0]?.length ?? 0;
  const choices = Array.from({ length: 2 ** dimensions }, (_, choice) => (key: readonly unknown[]) => JSON.stringify(key.filter((_value, bit) => (choice >> bit) % 2 === 1)));
  return choices.flatMap((nameOf) => [...Map.groupBy(keys.keys(), (i) => nameOf(keys[i] ?? [])).values()]);
};

type Parts = (row: Counts) => number[];

const hide = (rows: readonly Counts[], sums: readonly number[][], parts: Parts, least: number, already: Iterable<number>): Set<number> => {
  const hidden = new Set(already);
  rows.forEach((row, i) => {
    if (parts(row).some((part) => isSmall(part, least))) hidden.add(i);
  });
  const told = rows.map((row, i) => ({ i, count: row.count, parts: parts(row) }));
  // A row that is withheld for one sum may leave another with a single one.
  for (let before = -1; before < hidden.size; ) {
    before = hidden.size;
    for (const sum of sums) {
      const next = nextOf(sum.flatMap((i) => told[i] ?? []), hidden, least);
      if (next !== undefined) hidden.add(next);
    }
  }
  return hidden;
};

type Row = { i: number; count: number; parts: number[] };
const totalOf = (rows: readonly Row[]): number[] => rows.reduce<number[]>((sum, { parts }) => parts.map((part, i) => part + (sum[i] ?? 0)), []);

/**
 * Which row of a sum is withheld next, because what is withheld of it follows from the rest. A sum that is of few itself is not
 * told, so nothing can be taken from it.
 */
const nextOf = (all: readonly Row[], hidden: ReadonlySet<number>, least: number): number | undefined => {
  const secret = all.filter(({ i }) => hidden.has(i));
  if (secret.length === 0 || totalOf(all).some((part) => isSmall(part, least))) return undefined;
  const few = totalOf(secret).findIndex((part) => isSmall(part, least));
  if (few < 0 && secret.length > 1) return undefined;
  // The smallest that makes the few more; one that adds none to them would hide nothing.
  const weight = ({ count, parts }: Row): number => (few < 0 ? count : (parts[few] ?? 0) || Infinity);
  return all.filter(({ i }) => !hidden.has(i)).toSorted((one, other) => weight(one) - weight(other))[0]?.i;
};
