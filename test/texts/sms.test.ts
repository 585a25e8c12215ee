import { describe, expect, it } from 'vitest';
import { kinds, languages, outcomes, statuses } from '#contract/words';
import { texts } from '#texts/index';
import { segmentsOf } from './segments.ts';

const longest = { reference: '9876543210', dueDate: '2027-12-28', code: '987654' };

describe.each(languages)('SMS in %s', (language) => {
  const { sms, answers, words } = texts[language];
  const references = Array.from({ length: 5 }, () => longest.reference);
  const all = [
    ...Object.values(answers).filter((text) => typeof text === 'string'),
    ...statuses.map((status) => answers.status({ ...longest, status: words.statuses[status] })),
    answers.reopened(longest.reference),
    answers.which_case(references),
    ...([null, ...outcomes] as const).map((outcome) => sms.together({ outcome })),
    sms.about(longest.reference),
    ...kinds.flatMap((kind) => [
      sms.acknowledgement({ kind, ...longest }),
      sms.acknowledgement({ kind, ...longest, asksPlace: true }),
      sms.acknowledgement({ kind, reference: longest.reference, dueDate: longest.dueDate }),
    ]),
  ];

  it('never takes more than two parts, even with its longest values', () => {
    for (const text of all) expect(segmentsOf(text).parts, text).toBeLessThanOrEqual(2);
  });

  it('never carries a link', () => {
    for (const text of all) expect(text).not.toMatch(/http|www|:\/\/|\.[a-z]{2,}\b/i);
  });

  it('says reference, legal date and our number, and that bank data are never asked for', () => {
    for (const kind of kinds) {
      const text = sms.acknowledgement({ kind, ...longest });
      for (const said of ['9876543210', '28/12/2027', '987654', '0661864445']) expect(text).toContain(said);
    }
    const banks = { ar: 'البنكية', fr: 'bancaires', en: 'bank', zgh: 'ⵍⴱⴰⵏⴽⴰ' };
    expect(sms.acknowledgement({ kind: 'complaint', ...longest })).toContain(banks[language]);
  });

  it('never speaks of a code to who did not file by SMS', () => {
    const withCode = sms.acknowledgement({ kind: 'inquiry', ...longest });
    const without = sms.acknowledgement({ kind: 'inquiry', reference: longest.reference, dueDate: longest.dueDate });
    expect(without.length).toBeLessThan(withCode.length);
    expect(without).not.toContain('undefined');
  });
});

describe('the alphabet of SMS', () => {
  it.each(['fr', 'en'] as const)('no letter in %s makes a message cost double', (language) => {
    const { sms, answers, words } = texts[language];
    const ofTheLine = [...Object.values(answers).filter((text) => typeof text === 'string'), answers.which_case(['1']), answers.reopened('1'), ...statuses.map((status) => answers.status({ ...longest, status: words.statuses[status] }))];
    for (const text of [...ofTheLine, sms.about('1'), ...outcomes.map((outcome) => sms.together({ outcome })), ...kinds.map((kind) => sms.acknowledgement({ kind, ...longest, asksPlace: true }))])
      expect(segmentsOf(text).alphabet, text).toBe('GSM-7');
  });

  it('is counted as operators count it', () => {
    expect(segmentsOf('a'.repeat(160))).toEqual({ alphabet: 'GSM-7', units: 160, parts: 1 });
    expect(segmentsOf('a'.repeat(161)).parts).toBe(2);
    expect(segmentsOf('€').units).toBe(2);
    expect(segmentsOf('reçu').alphabet).toBe('UCS-2');
    expect(segmentsOf('م'.repeat(70)).parts).toBe(1);
    expect(segmentsOf('م'.repeat(134)).parts).toBe(2);
    expect(segmentsOf('م'.repeat(135)).parts).toBe(3);
  });
});
