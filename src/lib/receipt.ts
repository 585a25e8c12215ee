import { timingSafeEqual } from 'node:crypto';
import { hmac } from './hmac.ts';

const label = 'insat/receipt/1\0';
const tagLength = 12;

/**
 * What a receipt carries to be proved by later, without the code: the case's id and a tag that only we can make, so that a
 * receipt that was given can be told from one that was made up, also when the case is gone. 38 letters of base64url.
 */
export const receiptToken = (key: Buffer, caseId: string): string =>
  Buffer.concat([Buffer.from(caseId.replaceAll('-', ''), 'hex'), tagOf(key, caseId)]).toString('base64url');

/** The id of the case whose receipt this is; null for what we never gave. */
export const parseReceiptToken = (key: Buffer, token: string): string | null => {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 16 + tagLength) return null;
  const caseId = bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return timingSafeEqual(bytes.subarray(16), tagOf(key, caseId)) ? caseId : null;
};

const tagOf = (key: Buffer, caseId: string): Buffer => hmac(key, label + caseId).subarray(0, tagLength);
