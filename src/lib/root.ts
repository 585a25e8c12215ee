import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const rootOf = (folder: string): string => {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json is not above the program');
  return rootOf(parent);
};

/** The project's folder, from the sources as from the built program (which lies deeper). */
export const projectRoot = rootOf(import.meta.dirname);
