import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What each key is for, and what its loss means. `code`: the citizens' codes; `log`: signs what the log of events stands at;
 * `data`: wraps the keys of personal data; `index`: by which a phone number is found again.
 */
const keys = {
  code: "without it no citizen's code is known",
  log: 'without it nobody can be shown that the log of events goes on where it stood',
  data: 'without it no name, number or sealed text can be read',
  index: 'without it nobody is found by a phone number',
} as const;

export type KeyName = keyof typeof keys;

/** A key of 32 bytes: as configured (64 hexadecimal digits), or the one in `dataDir`. @throws Error there is none */
export const loadKey = async (name: KeyName, configured: string | undefined, dataDir: string): Promise<Buffer> =>
  configured === undefined ? readKey(name, dataDir) : Buffer.from(configured, 'hex');

/**
 * Makes the key in `dataDir`, readable by its owner only, unless it is there or configured. For the one program that is a whole
 * installation: of several, each would have its own, and one in a container would lose it with the container.
 */
export const makeKey = async (name: KeyName, configured: string | undefined, dataDir: string): Promise<void> => {
  if (configured !== undefined) return;
  await mkdir(dataDir, { recursive: true });
  // `wx` never overwrites: of two first starts, one makes the key and both read it.
  await writeFile(fileOf(name, dataDir), `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
};

/** The key in `dataDir`. @throws Error there is none, or it is damaged */
export const readKey = async (name: KeyName, dataDir: string): Promise<Buffer> => {
  const file = fileOf(name, dataDir);
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'hex');
  if (key.length !== 32) throw new Error(`The key in ${file} is damaged. Put the right one back: ${keys[name]}.`);
  return key;
};

const fileOf = (name: KeyName, dataDir: string): string => join(dataDir, `${name}.key`);

type VersionedKey = { version: number; key: Buffer };

/** The versions that a setting such as `2:hex,1:hex` holds, as they stand there. */
export const parseVersions = (setting: string): VersionedKey[] =>
  setting.split(',').map((part) => {
    const [version = '', hex = ''] = part.trim().split(':');
    return { version: Number(version), key: Buffer.from(hex, 'hex') };
  });

/** The keys that wrap data keys, the one in use first: as configured, or version 1 in `dataDir`. */
export const loadVersions = async (configured: string | undefined, dataDir: string): Promise<VersionedKey[]> =>
  configured === undefined ? [{ version: 1, key: await loadKey('data', undefined, dataDir) }] : parseVersions(configured);

/** Tells one key from another without telling anything about it. */
export const fingerprint = (key: Buffer): Buffer => createHmac('sha256', key).update('insat fingerprint').digest();
