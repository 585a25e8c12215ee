import { randomUUID } from 'node:crypto';

/** A UUID of version 7 (RFC 9562): ordered by time, so that new rows land together in an index; 74 random bits. */
export const newId = (at: Date): string => {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};
