import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinNegation, normalise, skeleton, withoutClitics, words } from '#domain/triage/normalise.rules';

const moroccan = fc.string({
  unit: fc.oneof(fc.constantFrom(...'أإآٱاىيةهؤوئءکیڭگڤپچـًّٰ٠۹٪،؛؟\u200f\u200d\ufefb éÉçœŒİΣ3aAﷲ'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
});

it('normalising twice never changes more than once', () => {
  fc.assert(fc.property(fc.oneof(moroccan, fc.string({ unit: 'binary' })), (text) => normalise(normalise(text)) === normalise(text)), { numRuns: 2000 });
});

it.each([
  ['أُسْرَةٌ', 'اسره'], ['إلى آخر مُؤَشِّر', 'الي اخر موشر'], ['شيء', 'شي'], ['عائلة', 'عايله'], ['الـــدعم', 'الدعم'],
  ['ڭولڤ گال پچ', 'كولف كال بش'], ['کیف', 'كيف'], ['٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹', '0123456789 0123456789'], ['لا؟ نعم، ربما؛', 'لا  نعم  ربما '],
  ['عفاااااك', 'عفاك'], ['الله', 'الله'], ['ﻻ ﷲ', 'لا الله'], ['Élève Cœur ÇA', 'eleve coeur ca'], ['\u202bفاس\u202c\u200b', 'فاس'],
])('%s is searched as %s', (text, expected) => {
  expect(normalise(text)).toBe(expected);
});

it('words never hold spaces, marks or punctuation', () => {
  expect(words('«ما توصلتش»، l’aide (n°3) M’diq-Fnideq…')).toEqual(['ما', 'توصلتش', 'l', 'aide', 'n', '3', 'm', 'diq', 'fnideq']);
});

it('a clitic comes off before the article and before three letters or more, never out of a short word', () => {
  expect(withoutClitics('وبالدعم')).toEqual(['وبالدعم', 'بالدعم', 'الدعم']);
  expect(withoutClitics('للدعم')).toEqual(['للدعم', 'الدعم']);
  expect(withoutClitics('فالصف')).toContain('الصف');
  expect(withoutClitics('وصف')).toEqual(['وصف']);
  expect(withoutClitics('مراكش')).toEqual(['مراكش']);
});

it('the negation is joined only around one word that ends it', () => {
  expect(joinNegation(words('ما توصلتش'))).toEqual(joinNegation(words('متوصلتش')));
  expect(joinNegation(words('ما توصلتش'))).toEqual(joinNegation(words('ماتوصلتش')));
  expect(joinNegation(words('ma tweseltch'))).toEqual(joinNegation(words('matweseltch')));
  expect(joinNegation(words('ما هي مراكش'))).toEqual(['ما', 'هي', 'مراكش']);
});

it.each([['tsejelt', 'تسجلت'], ['9offa', 'قفة'], ['flous', 'الفلوس'.slice(2)], ['7ogra', 'حكرة'], ['hogra', 'حڭرة'], ['khdamch', 'خدامش'], ['8bil', 'هبيل'], ['mouachir', 'مؤشر'], ['gharib', 'غريب'], ['3taba', 'عتبة']])(
  '%s and %s are heard as the same word',
  (latin, arabic) => {
    expect(skeleton(normalise(latin))).toBe(skeleton(normalise(arabic)));
  },
);
