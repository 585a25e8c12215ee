import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { secretNames, Settings } from '#lib/config';

const start = '<!-- settings: written by npm run docs -->';
const end = '<!-- /settings -->';

type Setting = { name: string; byDefault: string; description: string; isSecret: boolean };

const settings: Setting[] = Object.entries(z.toJSONSchema(Settings, { io: 'input' }).properties ?? {}).map(([name, schema]) => {
  const { default: value, description } = typeof schema === 'boolean' ? {} : schema;
  if (description === undefined) throw new Error(`${name} has no description`);
  return { name, byDefault: value === undefined ? '' : String(value), description, isSecret: secretNames.some((one) => one === name) };
});

const table = (): string =>
  [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...settings.map(({ name, byDefault, description, isSecret }) => `| \`${name}\`${isSecret ? ' (or `' + name + '_FILE`)' : ''} | ${byDefault && `\`${byDefault}\``} | ${description.replaceAll('|', '\\|')} |`),
  ].join('\n');

const example = (): string =>
  ['# Written by npm run docs from src/lib/config.ts. A line without a value means: not set.', '']
    .concat(settings.flatMap(({ name, byDefault, description, isSecret }) => [`# ${description}${isSecret ? ` A secret: ${name}_FILE=/path takes it from a file.` : ''}`, `${name}=${byDefault}`, '']))
    .join('\n');

/**
 * What is made from the schema of the settings, by file: README.md with a fresh table between its markers, and
 * `.env.example`.
 */
export const generated = (): Record<string, string> => {
  const [before, rest] = readFileSync('README.md', 'utf8').split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`README.md lacks the markers ${start} and ${end}`);
  return { 'README.md': `${before}${start}\n${table()}\n${end}${after}`, '.env.example': example() };
};
