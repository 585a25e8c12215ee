import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#lib/root';

const css = readFileSync(join(projectRoot, 'src/pages/pages.css'), 'utf8');
const hash = createHash('sha256').update(css).digest('hex').slice(0, 12);

/** The one stylesheet. Its address changes with its content, so that browsers may keep it for ever. */
export const stylesheet = { css, path: `/assets/insat-${hash}.css` } as const;
