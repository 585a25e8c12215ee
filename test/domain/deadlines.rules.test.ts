import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysLeft, isLegallyLate, legalBasis, legalDueDate, localDate } from '#domain/deadlines/deadlines.rules';

const at = (iso: string): Date => new Date(iso);
const instants = fc.date({ min: at('2019-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z'), noInvalidDate: true });

describe('the date in Morocco', () => {
  it.each([
    ['2026-09-19T22:59:59Z', '2026-09-19', 'the last second of the day at GMT+1'],
    ['2026-09-19T23:30:00Z', '2026-09-20', 'half past midnight at GMT+1'],
    ['2026-09-20T00:59:00Z', '2026-09-20', 'the last minute at GMT+1'],
    ['2026-09-20T01:00:00Z', '2026-09-20', 'the first minute at GMT+0'],
    ['2026-09-20T23:59:59Z', '2026-09-20', 'the end of the day of 25 hours'],
    ['2026-11-22T23:30:00Z', '2026-11-22', 'late evening, no longer the next day'],
    ['2027-02-20T12:00:00Z', '2027-02-20', 'Ramadan 2027'],
    ['2027-02-20T23:59:59Z', '2027-02-20', 'Ramadan 2027 at night'],
    ['2027-07-01T23:30:00Z', '2027-07-01', 'after Ramadan: no return to GMT+1'],
  ])('%s is %s (%s)', (instant, date) => {
    expect(localDate(at(instant))).toBe(date);
  });

  it('since the reform it is never another than the date in UTC', () => {
    fc.assert(fc.property(fc.date({ min: at('2026-09-20T01:00:00Z'), max: at('2099-12-31T00:00:00Z'), noInvalidDate: true }), (instant) =>
      localDate(instant) === instant.toISOString().slice(0, 10)));
  });
});

describe('the legal date', () => {
  it('is sixty days after receipt, as the receipt prints it', () => {
    expect(legalDueDate(at('2026-11-22T10:00:00Z'))).toBe('2027-01-21');
    expect(legalDueDate(at('2026-07-22T23:30:00Z'))).toBe('2026-09-21');
    expect(legalDueDate(at('2026-07-22T22:30:00Z'))).toBe('2026-09-20');
  });

  it('leaves a citizen waiting for exactly the legal days, whatever the hour, the clock reform and leap years', () => {
    fc.assert(fc.property(instants, (receivedAt) => daysLeft(legalDueDate(receivedAt), receivedAt) === legalBasis.days));
  });

  it('follows another basis when the law changes', () => {
    expect(legalDueDate(at('2026-11-22T10:00:00Z'), { ...legalBasis, days: 30 })).toBe('2026-12-22');
  });

  it('never counts an answer on the last day as late, and every later one as late', () => {
    expect(isLegallyLate('2027-01-21', at('2027-01-21T23:59:59.999Z'))).toBe(false);
    expect(isLegallyLate('2027-01-21', at('2027-01-22T00:00:00Z'))).toBe(true);
    expect(daysLeft('2027-01-21', at('2027-01-21T12:00:00Z'))).toBe(0);
    expect(daysLeft('2027-01-21', at('2027-01-26T12:00:00Z'))).toBe(-5);
    fc.assert(fc.property(instants, instants, (receivedAt, now) => {
      const due = legalDueDate(receivedAt);
      return isLegallyLate(due, now) === (localDate(now) > due);
    }));
  });
});
