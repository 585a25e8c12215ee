import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const [, mistakes = '', threats = ''] = readFileSync('test/security/README.md', 'utf8').split(/^## .*$/m);
const rowsOf = (part: string): string[] => part.split('\n').filter((line) => /^\| \d+ \|/.test(line));
const numbersOf = (part: string): number[] => rowsOf(part).map((line) => Number(/\d+/.exec(line)?.[0]));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

it('every mistake and every threat has a row, with files that are there or a reason', () => {
  expect([numbersOf(mistakes), numbersOf(threats)]).toEqual([upTo(40), upTo(34)]);
  for (const row of [...rowsOf(mistakes), ...rowsOf(threats)]) {
    const cell = row.split(' | ')[2] ?? '';
    expect(cell.length, row).toBeGreaterThan(20);
    for (const [, file = ''] of cell.matchAll(/`(test\/[^`]+)`/g)) expect(existsSync(file), file).toBe(true);
  }
});

it('every file named for a mistake or a threat stands in its row', () => {
  const lost = globSync('test/security/{mistake,threat}-*.test.ts').filter((file) => {
    const [, list, number] = /(mistake|threat)-(\d+)/.exec(file) ?? [];
    const row = rowsOf(list === 'mistake' ? mistakes : threats).find((line) => line.startsWith(`| ${Number(number)} |`));
    return row?.includes(`\`${file}\``) !== true;
  });
  expect(lost).toEqual([]);
});
