import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createGate } from './gate.ts';

/** argon2id, 64 MiB, 3 passes (RFC 9106, second recommended option with one lane). */
const argon = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

/** 256 MiB and four cores at most, whatever the flood of sign-ins; who comes when 200 wait is turned away. */
const gate = createGate(4, 200);

/** @throws AppError busy */
export const hashPassword = (password: string): Promise<string> => gate(() => hash(password, argon));

const unpadded = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/={1,2}$/, '');
/** A hash that no password is known to give: an account that is not there costs the same work as one that is. */
const decoy = `$argon2id$v=19$m=${argon.memoryCost},t=${argon.timeCost},p=${argon.parallelism}$${unpadded(16)}$${unpadded(32)}`;

/**
 * Whether this is the password; false, after the same work, where there is no stored hash.
 * @throws AppError busy
 */
export const passwordMatches = (stored: string | null, password: string): Promise<boolean> =>
  gate(async () => (await verify(stored ?? decoy, password)) && stored !== null);
