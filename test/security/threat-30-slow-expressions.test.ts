import { globSync, readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { parseSync } from 'vite';
import { expect, it } from 'vitest';
import { referencesIn } from '#domain/messages/inbound.rules';
import { maskIdentifiers } from '#domain/personal/identifiers.rules';

type Found = { place: string; pattern: string; flags: string };

/** Every regular expression that is written in the sources, found in their syntax tree. */
const expressions = (): Found[] =>
  globSync(['src/**/*.{ts,tsx}', 'workers/**/*.ts']).flatMap((path) => {
    const found: Found[] = [];
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('regex' in node && typeof node.regex === 'object' && node.regex !== null && 'pattern' in node.regex && 'flags' in node.regex)
        found.push({ place: path, pattern: String(node.regex.pattern), flags: String(node.regex.flags) });
      for (const part of Object.values(node)) visit(part);
    };
    const { program, errors } = parseSync(path, readFileSync(path, 'utf8'));
    if (errors.length > 0) throw new Error(`${path} was not understood`);
    visit(program);
    return found;
  });

/** What is repeated: letters of each kind, what the expression itself names, and pairs of both. */
const pumpsFor = (pattern: string): string[] => {
  const named = [...new Set(pattern.replaceAll(/\\[a-zA-Z]|\\u\{?[\da-f]+\}?/g, ''))].filter((letter) => !'^$()[]{}|?*+'.includes(letter)).slice(0, 12);
  const letters = [...new Set(['a', '0', ' ', 'ا', '\u064b', '\n', ...named])];
  return [...letters, ...letters.flatMap((one) => ['a', '0', ' ', 'ا'].map((other) => one + other)), 'aا0 ', '\u{1f600}', '"\\', '<a ', ', '];
};
const ends = ['', '!', '\0'];
/** Twice the longest text that a person can send: what takes the square of its length then takes hundreds of milliseconds. */
const length = 20_000;
const limitMs = 50;

/** In a context of its own, where a run without end can be stopped. What is slow once is asked again: another program may have had the processor. */
const context = createContext({ now: () => performance.now(), expression: { pattern: '', flags: '' }, texts: [''], limitMs, at: 0 });
const trial = new Script(`
  {
    const made = new RegExp(expression.pattern, expression.flags);
    let slow = -1;
    for (at = 0; at < texts.length && slow < 0; at += 1) {
      let fastest = Infinity;
      for (let attempt = 0; attempt < 3 && fastest > limitMs; attempt += 1) {
        const from = now();
        made.test(texts[at]);
        fastest = Math.min(fastest, now() - from);
      }
      if (fastest > limitMs) slow = at;
    }
    slow;
  }`);

/** The text on which an expression is slow, or null. */
const slowOn = ({ pattern, flags }: Found): string | null => {
  const texts = pumpsFor(pattern).flatMap((pump) => ends.map((end) => ({ told: `${pump} ... ${end}`, text: pump.repeat(length / pump.length) + end })));
  Object.assign(context, { expression: { pattern, flags: flags.replace(/[gy]/g, '') }, texts: texts.map(({ text }) => text) });
  try {
    const slow = Number(trial.runInContext(context, { timeout: 3000 }));
    return slow < 0 ? null : (texts[slow]?.told ?? '');
  } catch (error) {
    // The error is one of Node's own realm, not of this one.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return texts[Number(context['at'])]?.told ?? '';
    throw error;
  }
};

it('no expression of the sources is slow on any text that a person can send', () => {
  const all = expressions();
  expect(all.length).toBeGreaterThan(60);
  expect(all.map((one) => ({ ...one, slow: slowOn(one) })).filter((one) => one.slow !== null)).toEqual([]);
}, 60_000);

it('an expression that is slow is seen: the one that was measured, and others without end', () => {
  for (const pattern of [String.raw`^(\s*[\u0600-\u06FF]+\s*)+$`, '^(a+)+$', String.raw`(?:\s|\n)+!?$`]) expect(slowOn({ place: '', pattern, flags: '' }), pattern).not.toBeNull();
});

it('no expression is made from what people say', () => {
  const made = globSync(['src/**/*.{ts,tsx}', 'workers/**/*.ts']).flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bRegExp\(.*/g)].map(([call]) => `${path}: ${call}`));
  // Made of constants: the ten digits of a reference, the numbers that are masked, the scripts of a name.
  expect(made.map((call) => call.split(':')[0]).toSorted()).toEqual(['src/domain/messages/inbound.rules.ts', 'src/domain/personal/identifiers.rules.ts', 'src/domain/staff/names.rules.ts']);
  for (const pump of ['1', '1 ', '1 - ', '1\u2212', '١', '1.', ' ', '-', 'a', 'a@', 'a.', 'AB ', '+', '12345678 '])
    for (const read of [referencesIn, maskIdentifiers]) {
      let fastest = Infinity;
      for (let attempt = 0; attempt < 3 && fastest > limitMs; attempt += 1) {
        const from = performance.now();
        read(`${pump.repeat(10_000 / pump.length)}!1@`);
        fastest = Math.min(fastest, performance.now() - from);
      }
      expect(fastest, pump).toBeLessThan(4 * limitMs);
    }
});
