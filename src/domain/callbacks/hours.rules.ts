import { Temporal } from 'temporal-polyfill';

/** When people of the line ring back and answer the queue, in Moroccan time. The one place where that stands. */
const workingHours = { days: [1, 2, 3, 4, 5], opens: Temporal.PlainTime.from('09:00'), closes: Temporal.PlainTime.from('16:30') };

const local = (at: Date): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO('Africa/Casablanca');

export const isOpenAt = (at: Date): boolean => {
  const there = local(at);
  const time = there.toPlainTime();
  return (
    workingHours.days.includes(there.dayOfWeek) &&
    Temporal.PlainTime.compare(time, workingHours.opens) >= 0 &&
    Temporal.PlainTime.compare(time, workingHours.closes) < 0
  );
};

/** The first instant from `at` on in working hours. */
export const nextOpening = (at: Date): Date => {
  if (isOpenAt(at)) return at;
  let day = local(at);
  if (Temporal.PlainTime.compare(day.toPlainTime(), workingHours.opens) >= 0) day = day.add({ days: 1 });
  while (!workingHours.days.includes(day.dayOfWeek)) day = day.add({ days: 1 });
  return new Date(day.withPlainTime(workingHours.opens).epochMilliseconds);
};

const minuteMs = 60_000;
/** How long after an attempt in vain the next comes: another quarter of an hour, another part of the day, another day. */
const pauses = [15 * minuteMs, 120 * minuteMs, 24 * 60 * minuteMs];

/** When a citizen is rung again who did not answer so often; null once that is enough. */
export const retryAt = (attempts: number, now: Date): Date | null => {
  const pause = pauses[attempts - 1];
  return pause === undefined ? null : nextOpening(new Date(now.getTime() + pause));
};

/** Numbers that we ring: Moroccan landlines and mobiles. Special ones (08) and foreign ones can be made to cost us, and to pay whoever calls. */
export const isRung = (e164: string): boolean => /^\+212[5-7]\d{8}$/.test(e164);

/** An operator's browser, as the provider knows it: letters, digits and underscores. */
export const softphoneOf = (staffId: string): string => `operator_${staffId.replaceAll('-', '')}`;

/** Whose browser that is; null where it is nobody's. */
export const staffOfSoftphone = (name: string): string | null => {
  const hex = /^operator_([0-9a-f]{32})$/.exec(name)?.[1];
  return hex === undefined ? null : hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};
