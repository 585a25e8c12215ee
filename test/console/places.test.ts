import { expect, test } from 'vitest';
import { addressOf, languageOf, placeOf } from '#console/places';

test('every place is found again from its own address, in both languages', () => {
  for (const language of ['ar', 'fr'] as const)
    for (const place of [{ screen: 'queue' }, { screen: 'case', id: '0198-a' }, { screen: 'file' }, { screen: 'callbacks' }, { screen: 'report' }, { screen: 'reveals' }, { screen: 'channels' }, { screen: 'accounts' }, { screen: 'sessions' }] as const) {
      const { pathname, search } = new URL(addressOf(place, language), 'http://console.test');
      expect(placeOf(pathname)).toEqual(place);
      expect(languageOf(search)).toBe(language);
    }
});

test('an unknown address leads to the queue, in Arabic', () => {
  expect(placeOf('/console/nowhere/at/all')).toEqual({ screen: 'queue' });
  expect(placeOf('/console/case/')).toEqual({ screen: 'queue' });
  expect(languageOf('?lang=xx')).toBe('ar');
});
