import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { toWesternDigits } from './digits.ts';

type Phone = { e164: string; country: 'MA' | 'other'; mobile: boolean };

/** Longer than any number a person writes; keeps the parser away from pasted texts. */
const maxTyped = 40;

/**
 * Morocco's closed plan (ANRT): nine national digits, fixed 5, mobile 6 and 7, special 8. Taken as it is, because ranges
 * are opened faster than metadata is published and a citizen must not be refused for having a new number.
 */
const moroccan = /^\+212[5-8][0-9]{8}$/;

/** The usual ways to write one, told without the parser, which takes longer than all else that is read of a filing. */
const plainMoroccan = /^(?:(?:\+|00)2120?|0)([5-8][0-9]{8})$/;

export const isMoroccan = (e164: string): boolean => e164.startsWith('+212');

/** Whether an SMS can arrive there, and costs no more than it should: a Moroccan mobile number. */
export const takesSms = (e164: string): boolean => /^\+212[67]\d{8}$/.test(e164);

/**
 * A phone number as a person types or pastes it: Arabic digits, spaces, dots, "(0)", 00212, +212, 06..., bidi marks.
 * Numbers without country code are read as Moroccan; those of Laâyoune and Dakhla, which the metadata files under EH, are.
 * Null where it is no dialable number (short numbers and sender names included).
 */
export const parsePhone = (text: string): Phone | null => {
  const typed = toWesternDigits(text).replace(/[\p{Cf}()]/gu, '').trim();
  if (typed.length > maxTyped) return null;
  const plain = plainMoroccan.exec(typed.replace(/[\s.-]/g, ''))?.[1];
  if (plain !== undefined) return { e164: `+212${plain}`, country: 'MA', mobile: /^[67]/.test(plain) };
  const number = parsePhoneNumberFromString(typed, { defaultCountry: 'MA', extract: false });
  if (number === undefined || number.ext !== undefined) return null;
  const e164: string = number.number;
  if (isMoroccan(e164)) {
    return moroccan.test(e164) ? { e164, country: 'MA', mobile: /^\+212[67]/.test(e164) } : null;
  }
  if (!number.isValid()) return null;
  const type = number.getType();
  return { e164, country: 'other', mobile: type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE' };
};

/** `+212661234445` is shown as `+2126****4445`: enough to recognise, too little to call. Short numbers show less. */
export const maskPhone = (e164: string): string =>
  e164.length >= 12 ? `${e164.slice(0, 5)}****${e164.slice(-4)}` : `${e164.slice(0, 3)}****${e164.slice(-2)}`;
