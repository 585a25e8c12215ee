import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorable, maskName, preview } from '#lib/text';

describe('a text that is kept', () => {
  it('may be any language and sign, never half a character or NUL', () => {
    for (const text of ['', "O'Connor", 'ⴰⵣⵓⵍ', '👩‍👧‍👦', '\u202bفاس\u202c', '\ufeff']) expect(isStorable(text)).toBe(true);
    for (const text of ['a\0b', '\ud83d', 'x\udc00y']) expect(isStorable(text)).toBe(false);
  });
});

describe('a preview', () => {
  it('is on one line, never longer than asked, and never alters a short text', () => {
    expect(preview('  توقف\n\n الدعم\t منذ شهرين ', 100)).toBe('توقف الدعم منذ شهرين');
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.integer({ min: 1, max: 60 }), (text, max) => {
      const line = text.replace(/\s+/gu, ' ').trim();
      const shown = preview(text, max);
      return shown.length <= max && (line.length <= max ? shown === line : shown.endsWith('…') && line.startsWith(shown.slice(0, -1)));
    }));
  });

  it('is cut between two words, not within one', () => {
    expect(preview('توقف الدعم منذ شهرين', 13)).toBe('توقف الدعم…');
    expect(preview('توقف الدعم منذ شهرين', 11)).toBe('توقف الدعم…');
  });

  it('never splits a letter from its vowels, nor a family of emoji', () => {
    const family = '👩‍👧‍👦';
    for (let max = 1; max < 20; max += 1) {
      const shown = preview(family.repeat(5), max).slice(0, -1);
      expect(shown.length % family.length).toBe(0);
    }
    expect(preview('مُؤَشِّرٌ جديد', 8)).toBe('مُؤَشِّ…');
  });
});

describe('a masked name', () => {
  it('shows the first letter of each word and no more', () => {
    expect(maskName('فاطمة الزهراء')).toBe('ف*** ا***');
    expect(maskName("  Seán O'Connor ")).toBe('S*** O***');
    expect(maskName('مُحمد')).toBe('مُ***');
    expect(maskName('')).toBe('');
  });
});
