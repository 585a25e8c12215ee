import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The key of the citizens' codes: as configured (64 hexadecimal digits), or the one in `dataDir`, made at the first
 * start and readable by its owner only.
 */
export const loadCodeKey = async (configured: string | undefined, dataDir: string): Promise<Buffer> => {
  if (configured !== undefined) return Buffer.from(configured, 'hex');
  const file = join(dataDir, 'code.key');
  await mkdir(dataDir, { recursive: true });
  // `wx` never overwrites: of two first starts, one makes the key and both read it.
  await writeFile(file, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const key = Buffer.from((await readFile(file, 'utf8')).trim(), 'hex');
  if (key.length !== 32) throw new Error(`The key in ${file} is damaged. Put the right one back: without it no citizen's code is known.`);
  return key;
};

/** Tells one key from another without telling anything about it. */
export const fingerprint = (key: Buffer): Buffer => createHmac('sha256', key).update('insat fingerprint').digest();
