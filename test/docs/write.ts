import { writeFileSync } from 'node:fs';
import { generated } from './settings.ts';

for (const [file, content] of Object.entries(generated())) writeFileSync(file, content);
