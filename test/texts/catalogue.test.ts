import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextSteps } from '#contract/filing';
import { kinds, languages, statuses } from '#contract/words';
import { errorTable } from '#lib/errors';
import { projectRoot } from '#lib/root';
import { formatDate, formatInstant } from '#texts/format';
import { texts } from '#texts/index';

type Tree = { [key: string]: string | ((...args: never[]) => string) | Tree };

/** Every text with its path, functions left as they are. */
function leavesOf(tree: Tree, path: string[] = []): { path: string[]; value: string | ((...args: never[]) => string) }[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' ? leavesOf(value, [...path, key]) : [{ path: [...path, key], value }],
  );
}

const pathsOf = (tree: Tree) => leavesOf(tree).map(({ path }) => path.join('.'));

describe.each(languages)('the catalogue in %s', (language) => {
  const catalogue: Tree = texts[language];

  it('lacks no text that Arabic has, and has none that Arabic lacks', () => {
    expect(pathsOf(catalogue)).toEqual(pathsOf(texts.ar));
  });

  it('holds no empty text, no stray space and no mark that reorders what stands around it', () => {
    for (const { path, value } of leavesOf(catalogue)) {
      if (typeof value !== 'string') continue;
      expect(value.trim(), path.join('.')).not.toBe('');
      if (path[0] !== 'sms') expect(value, path.join('.')).toBe(value.trim());
      expect(value, path.join('.')).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  it('has a word for every kind, status and next step, and a kind sentence for every error', () => {
    const { words, errors } = texts[language];
    expect(Object.keys(words.kinds)).toEqual([...kinds]);
    expect(Object.keys(words.statuses)).toEqual([...statuses]);
    expect(Object.keys(words.nextSteps)).toEqual([...nextSteps]);
    expect(Object.keys(errors).toSorted()).toEqual(Object.keys(errorTable).toSorted());
  });

  it('counts days in words a person would use', () => {
    const { daysLeft } = texts[language].pages.tracked;
    const said = [-12, -1, 0, 1, 2, 3, 11, 60].map(daysLeft);
    expect(new Set(said).size).toBe(said.length);
    for (const text of said) expect(text).not.toMatch(/-|undefined/);
  });
});

describe('the catalogue', () => {
  it('holds no text that no page shows', () => {
    const folder = join(projectRoot, 'src/pages');
    const source = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    // Looked up by a word of the contract, so not by name.
    const byWord = /^(kindHints|ratings|done|readers|sightings|fileKinds)$/;
    const unused = leavesOf(texts.ar.pages)
      .filter(({ path }) => !byWord.test(path.at(-2) ?? ''))
      .filter(({ path }) => !new RegExp(`\\.${path.at(-1) ?? ''}\\b`).test(source));
    expect(unused.map(({ path }) => path.join('.'))).toEqual([]);
  });

  it('writes dates as Morocco does, in its own time, in Western digits', () => {
    expect(formatDate('2027-01-21')).toBe('21/01/2027');
    expect(formatInstant('2026-11-22T23:30:00.000Z')).toBe('22/11/2026 23:30');
    expect(formatInstant('2026-07-01T23:30:00.000Z')).toBe('02/07/2026 00:30');
  });
});
