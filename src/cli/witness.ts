import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { openCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { cosign, witnessSigner } from '#lib/cosignature';
import { provesConsistency } from '#lib/merkle';
import { parseVerifierKey, verifierKey, type Signer } from '#lib/note';

export const witnessUsage = 'witness --url <Insat> --log <public key of the log> --key-file <file>';

const Proof = z.object({ hashes: z.array(z.base64()).max(200) });

/**
 * Looks at the log once, as somebody who does not trust it: the checkpoint must go on where the last one stood that was
 * seen. Then it is kept beside the key (`.seen`), signed along, and sent. Needs neither settings nor a database.
 *
 * @returns what to print
 * @throws Error the log was cut short or forked: nothing is signed, and the evidence is kept (`.evidence-...`)
 */
export const witness = async (args: string[], at: Date): Promise<string> => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { url: option, log: option, 'key-file': option } });
  const { url, log: key, 'key-file': keyFile } = values;
  const log = parseVerifierKey(key ?? '');
  if (url === undefined || keyFile === undefined || !log) throw new Error(`Usage: npm run cli -- ${witnessUsage}`);
  const signer = await signerIn(keyFile);
  const ask = (path: string, init: RequestInit = {}) => fetch(`${url.replace(/\/$/, '')}/api/v1/proof/${path}`, { ...init, redirect: 'error', signal: AbortSignal.timeout(15_000) });

  const note = await textOf(await ask('checkpoint'));
  const now = openCheckpoint(note, log);
  if (!now) throw new Error('the checkpoint is not signed by that log: nothing was signed');
  const seen = await readSeen(keyFile);
  const before = seen === null ? null : openCheckpoint(seen, log);
  if (seen !== null && !before) throw new Error(`${keyFile}.seen is of another log, or damaged: nothing was signed`);
  const fault = before && (await faultOf(before, now, async () => textOf(await ask(`consistency?from=${before.size}&to=${now.size}`))));
  if (fault) {
    const file = `${keyFile}.evidence-${at.toISOString().replaceAll(':', '')}`;
    await writeFile(file, `${fault}\n\nseen before:\n${seen}\nshown now:\n${note}`);
    throw new Error(`THE LOG WAS REWRITTEN: ${fault}. Nothing was signed; the evidence is in ${file}`);
  }
  // Kept before the signature leaves: whatever happens now, nothing older or other is ever signed.
  await writeFile(`${keyFile}.next`, note);
  await rename(`${keyFile}.next`, `${keyFile}.seen`);
  const body = JSON.stringify({ size: now.size, line: cosign(note, signer, at) });
  const answer = await ask('cosignatures', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const own = verifierKey(signer.verifier);
  return answer.ok ? `signed along: ${now.size} rows, as ${own}` : `goes on as it should (${now.size} rows), but the signature was not taken (${answer.status}): is this key in WITNESS_KEYS?\n${own}`;
};

/** What is wrong with a log that stands at `now`, and stood at `before`; null where one is the beginning of the other. */
const faultOf = async (before: Checkpoint, now: Checkpoint, askProof: () => Promise<string>): Promise<string | null> => {
  if (now.size < before.size) return `it has ${now.size} rows, and had ${before.size}`;
  if (now.size === before.size) return now.root.equals(before.root) ? null : `two different logs of ${now.size} rows are signed`;
  const { hashes } = Proof.parse(JSON.parse(await askProof()));
  const isProved = provesConsistency(before.size, now.size, hashes.map((hash) => Buffer.from(hash, 'base64')), before.root, now.root);
  return isProved ? null : `its ${now.size} rows are not proved to begin with the ${before.size} that were seen`;
};

const textOf = async (answer: Response): Promise<string> => {
  if (!answer.ok) throw new Error(`Insat answers ${answer.status}: nothing was signed`);
  return answer.text();
};

/** Null only where there is none yet: one that cannot be read must not look like a first run. */
const readSeen = (keyFile: string): Promise<string | null> =>
  readFile(`${keyFile}.seen`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });

/** The key in the file; made at the first run, readable by its owner only. */
const signerIn = async (file: string): Promise<Signer> => {
  await writeFile(file, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const seed = Buffer.from((await readFile(file, 'utf8')).trim(), 'hex');
  if (seed.length !== 32) throw new Error(`${file} holds no key`);
  return witnessSigner(seed);
};
