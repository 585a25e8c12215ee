import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withheldAlone, withheldOf, type Counts, type Withheld } from '#domain/reporting/suppression.rules';

const least = 10;
const rowOf = (count: number, more: Partial<Counts> = {}): Counts => ({ count, replied: count, resolved: count, in_time: count, late: 0, ...more });
const told = (rows: readonly Counts[], keys: readonly (readonly unknown[])[] = rows.map((_, i) => [i])): Withheld[] => rows.map((_, i) => withheldOf(rows, keys, least)(i));
const isSmall = (part: number): boolean => part > 0 && part < least;
const nothing = { row: false, firstReply: false, resolution: false, legal: false };

it('a single small row takes the next smallest with it, so that the sum of all does not give it away', () => {
  expect(told([rowOf(40), rowOf(3), rowOf(25), rowOf(12)]).map(({ row }) => row)).toEqual([false, true, false, true]);
  expect(told([rowOf(40), rowOf(9), rowOf(9), rowOf(11)]).map(({ row }) => row)).toEqual([false, true, true, false]);
});

it('two rows that could only be of one case each are not told by their sum', () => {
  expect(told([rowOf(40), rowOf(1), rowOf(1), rowOf(30)]).map(({ row }) => row)).toEqual([false, true, true, true]);
});

it('what is left over of a row is told no more than what is said of it', () => {
  const rows = [rowOf(50, { replied: 47 }), rowOf(90, { late: 4, in_time: 30 }), rowOf(60, { replied: 20 }), rowOf(70, { late: 30, in_time: 30 })];
  expect(told(rows)).toEqual([{ ...nothing, firstReply: true }, { ...nothing, legal: true }, { ...nothing, firstReply: true }, { ...nothing, legal: true }]);
});

it('nothing is withheld where nothing is small, and none of what is nothing', () => {
  expect(told([rowOf(40), rowOf(10), rowOf(25, { replied: 0, in_time: 0, late: 25 })])).toEqual([nothing, nothing, nothing]);
  expect(withheldAlone(rowOf(0), least)).toEqual(nothing);
  expect(withheldAlone(rowOf(9), least)).toEqual({ row: true, firstReply: true, resolution: true, legal: true });
});

const counts = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60)).map(([a, b, c]): Counts => ({ count: a + b + c + 1, replied: a, resolved: b, in_time: c, late: a }));
const reports = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(2), counts), { selector: ([x, y, z]) => [x, y, z].join(), minLength: 1, maxLength: 40 });
const columns: [keyof Withheld, (row: Counts) => number[]][] = [
  ['row', (row) => [row.count]],
  ['firstReply', (row) => [row.replied, row.count - row.replied]],
  ['resolution', (row) => [row.resolved, row.count - row.resolved]],
  ['legal', (row) => [row.in_time, row.late, row.count - row.in_time - row.late]],
];

it('no figure told is of one to nine, and no sum less the rest comes to a single row or to so few, whatever the report', () => {
  fc.assert(
    fc.property(reports, (made) => {
      const rows = made.map(([, , , row]) => row);
      const keys = made.map(([x, y, z]) => [x, y, z]);
      const withheld = told(rows, keys);
      for (const [column, parts] of columns) {
        rows.forEach((row, i) => {
          if (!withheld[i]?.[column]) expect(parts(row).some(isSmall)).toBe(false);
        });
        for (let choice = 0; choice < 8; choice += 1) {
          const group = (i: number) => JSON.stringify(keys[i]?.filter((_, bit) => (choice >> bit) % 2 === 1));
          for (const sum of Map.groupBy(rows.keys(), group).values()) {
            const secret = sum.filter((i) => withheld[i]?.[column]);
            const totalOf = (some: readonly number[]) => some.map((i) => parts(rows[i] ?? rowOf(0))).reduce((all, one) => all.map((part, i) => part + (one[i] ?? 0)));
            // What is of few itself is not told, and nothing can be taken from it; nor is there anything to take where all is withheld.
            if (secret.length === 0 || secret.length === sum.length || totalOf(sum).some(isSmall)) continue;
            expect(secret.length).toBeGreaterThan(1);
            expect(totalOf(secret).some(isSmall)).toBe(false);
          }
        }
      }
    }),
    { numRuns: 150, seed: 20_261_129 },
  );
});
