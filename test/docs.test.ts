import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { generated } from './docs/settings.ts';

it('the README and .env.example tell the settings as the program reads them (else: npm run docs)', () => {
  for (const [file, content] of Object.entries(generated())) expect(readFileSync(file, 'utf8'), file).toBe(content);
});

it('docs/dependencies.md gives a reason for every dependency, and for no other', () => {
  const List = z.record(z.string(), z.string());
  const parts = z.object({ dependencies: List, devDependencies: List }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const explained = [...readFileSync('docs/dependencies.md', 'utf8').matchAll(/^\| `([^`]+)` \|/gm)].map((found) => found[1]);
  expect(explained.toSorted()).toEqual([...Object.keys(parts.dependencies), ...Object.keys(parts.devDependencies)].toSorted());
});

it('no document points at a file that is not there', () => {
  const lost = ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map((found) => found[1] ?? '')
      .filter((target) => !existsSync(join(dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(lost).toEqual([]);
});

it('decisions are numbered without a gap', () => {
  const numbers = globSync('docs/adr/*.md').map((file) => Number(/(\d{4})-/.exec(file)?.[1])).toSorted((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
});
