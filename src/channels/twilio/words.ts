import type { Form } from '#channels/channel';
import { one } from './parameters.ts';

const given = (form: Form, key: string): string => one(form, key) ?? '';

const coordinate = /^-?\d{1,3}(\.\d{1,20})?$/;

/** A place that was sent, as a line that a person reads: where, and what it is called. */
const placeOf = (form: Form): string | null => {
  const [latitude, longitude] = [given(form, 'Latitude'), given(form, 'Longitude')];
  if (!coordinate.test(latitude) || !coordinate.test(longitude)) return null;
  const names = [given(form, 'Label'), given(form, 'Address')].map((name) => name.replaceAll(/[\s[\]]+/g, ' ').trim()).filter((name) => name !== '');
  return `[location ${[`${latitude},${longitude}`, ...new Set(names)].join(' ')}]`;
};

/**
 * What somebody said on WhatsApp: the words as they are, or those on the button that was pressed; then the place that was
 * sent. A kind of message that has neither words nor files (a reaction, what Twilio does not know yet) is named, so that
 * something stands where something was sent.
 */
export const wordsOf = (form: Form, hasFiles: boolean): string => {
  const place = placeOf(form);
  const body = given(form, 'Body');
  const pressed = [given(form, 'ButtonText'), given(form, 'ListTitle'), given(form, 'ButtonPayload'), given(form, 'ListId')].find((text) => text !== '');
  // Twilio repeats the words of a button, and the address of a place, in the body.
  const said = body === '' ? (pressed ?? '') : body;
  if (place !== null) return said === '' || place.includes(said) ? place : `${said}\n${place}`;
  if (said !== '' || hasFiles) return said;
  const type = given(form, 'MessageType');
  return type === '' || type === 'text' ? '' : `[unsupported ${/^[a-z_]{1,30}$/.exec(type)?.[0] ?? 'type'}]`;
};
