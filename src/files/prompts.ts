import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What people recorded for the telephone menu: one file for each language and prompt. */
export type Prompts = {
  has(name: string): boolean;
  /** @throws from the stream where it has been taken away since the start */
  read(name: string): Readable;
};

/**
 * The recordings under a folder, as `ar/menu.mp3`; named `ar/menu`. What is there at the start is what is played: a file that
 * is added is taken up by the next start.
 */
export const openPrompts = (folder: string): Prompts => {
  const found = new Set(listed(folder).filter((path) => /^(ar|zgh|fr)\/[a-z0-9_]+\.mp3$/.test(path)).map((path) => path.slice(0, -'.mp3'.length)));
  return {
    has: (name) => found.has(name),
    read(name) {
      if (!found.has(name)) throw new Error('no prompt of that name');
      return createReadStream(join(folder, `${name}.mp3`));
    },
  };
};

const listed = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  } catch (error) {
    // Nobody has recorded anything yet.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};
