import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { PictureType } from './types.ts';

/** As sources or as built: the child lies beside us, with our ending. */
const child = fileURLToPath(new URL(`./picture.child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
const patienceMs = 30_000;

/** The process that makes pictures died, or took too long; whether the picture is at fault is not known. */
export class PictureCrash extends Error {}

/**
 * Makes a picture anew, of the same type: nothing of the file but what is to be seen gets into it, turned upright, at most 2560
 * pixels long. No place, device or time (EXIF, XMP), and nothing that was hidden in or behind the picture.
 *
 * @returns null where it cannot be read as a picture of this type, or has more than 50 million pixels
 * @throws PictureCrash
 */
export const makeAnew = async (type: PictureType, bytes: Buffer): Promise<Buffer | null> => {
  const made = spawn(process.execPath, [child, type.replace('image/', '')], { env: {}, stdio: ['pipe', 'pipe', 'ignore'], timeout: patienceMs, killSignal: 'SIGKILL' });
  const ended = once(made, 'close');
  // A child that ends early reads no more; its exit code says why.
  made.stdin.on('error', () => undefined);
  made.stdin.end(bytes);
  const [picture, [code]] = await Promise.all([buffer(made.stdout), ended]);
  if (code === 3) return null;
  if (code !== 0 || picture.length === 0) throw new PictureCrash(`the process of a picture ended with ${String(code)}`);
  return picture;
};
