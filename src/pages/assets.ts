import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#lib/root';

/** A file of the pages. Its address changes with its content, so that browsers may keep it for ever. */
const asset = (name: string, extension: string, type: string) => {
  const text = readFileSync(join(projectRoot, 'src/pages', `${name}.${extension}`), 'utf8');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { text, type, path: `/assets/insat-${hash}.${extension}` } as const;
};

export const stylesheet = asset('pages', 'css', 'text/css; charset=utf-8');
/** The only script: on pages that ask for a solved challenge. */
export const solver = asset('solver', 'js', 'text/javascript; charset=utf-8');
