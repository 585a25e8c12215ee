import { expect, test } from 'vitest';
import { ApiProblem, query } from '#console/api';
import { formats } from '#console/formats';
import { nameIn } from '#console/names';
import { problemText } from '#console/problems';
import { errorTable } from '#lib/errors';
import { consoleTexts } from '#texts/console';
import { formatInstant, todayAt } from '#texts/format';

test('a number never shows in other digits than those on Moroccan papers', () => {
  for (const language of ['ar', 'fr'] as const) {
    const { number, share, days, duration, ago, month } = formats(language);
    const said = [number(1234), share(0.954), days(12), duration(200_000), ago('2026-11-01T00:00:00Z', Date.parse('2026-11-20T00:00:00Z')), month('2026-11')];
    for (const words of said) expect(words).not.toMatch(/[٠-٩۰-۹]/);
  }
});

test('a duration is said in the largest unit that says something', () => {
  const { duration } = formats('fr');
  expect(duration(40)).toBe('1 minute');
  expect(duration(5340)).toBe('89 minutes');
  expect(duration(5400)).toBe('1,5\u00a0heure');
  expect(duration(3 * 86_400)).toBe('3\u00a0jours');
});

test('a case that arrives while the clocks differ is never from the future', () => {
  expect(formats('fr').ago('2026-11-20T10:00:05Z', Date.parse('2026-11-20T10:00:00Z'))).toBe(formats('fr').ago('2026-11-20T10:00:00Z', Date.parse('2026-11-20T10:00:00Z')));
});

test('a reference is grouped as it is printed on the receipt', () => {
  expect(formats('ar').reference('2648391756')).toBe('264 839 1756');
});

test('today is the date in Morocco, before and after it left GMT+1', () => {
  expect(todayAt(Date.parse('2026-09-19T22:59:59Z'))).toBe('2026-09-19');
  expect(todayAt(Date.parse('2026-09-19T23:00:00Z'))).toBe('2026-09-20');
  expect(todayAt(Date.parse('2026-12-31T23:59:59Z'))).toBe('2026-12-31');
});

test('the hour that Morocco gave back is told twice, and no instant after it is an hour wrong', () => {
  expect(['2026-09-20T00:59:00Z', '2026-09-20T01:00:00Z', '2027-03-28T12:00:00Z'].map(formatInstant)).toEqual([
    '20/09/2026 01:59', '20/09/2026 01:00', '28/03/2027 12:00',
  ]);
});

test('a code without a name is shown as it is, never as nothing', () => {
  const list = [{ code: 'REG', names: { ar: 'التسجيل' } }];
  expect(nameIn(list, 'REG', 'fr')).toBe('التسجيل');
  expect(nameIn(list, 'NEW', 'fr')).toBe('NEW');
});

test('a refusal is always explained, in the person\'s language, even one that is new', () => {
  for (const texts of Object.values(consoleTexts)) {
    expect(problemText(new ApiProblem('stale'), texts)).toBe(texts.case.changed);
    expect(problemText(new ApiProblem('some_new_code'), texts)).toBe(texts.problems.internal);
    expect(problemText(new Error('anything'), texts)).toBe(texts.problems.internal);
  }
});

test('a worded refusal is one that the server can make', () => {
  const possible = [...Object.keys(errorTable), 'offline', 'key_unused'];
  expect(possible).toEqual(expect.arrayContaining(Object.keys(consoleTexts.ar.problems)));
});

test('an unset filter never reaches the server', () => {
  expect(query({ queue: undefined, mine: '', cursor: 'a b' })).toBe('?cursor=a+b');
  expect(query({ queue: undefined })).toBe('');
});
