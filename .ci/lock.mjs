import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Looks at package.json and package-lock.json before anything of them is installed: where each package comes from, what it
 * may run while it is installed, and under which licence it is. Prints every fault; none, and the exit code is 0.
 * Needs nothing but Node, for nothing is installed yet. Usage: lock.mjs [FOLDER]
 */
const folder = process.argv[2] ?? '.';
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const { allowScripts = {}, dependencies = {}, devDependencies = {} } = read('package.json');
const { lockfileVersion, packages } = read('package-lock.json');

/** Licences that bind nobody who runs or ships Insat under Apache-2.0 to more than naming the authors. */
const free = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'PostgreSQL', 'Python-2.0', 'Zlib']);
/** An SPDX expression: one free part is enough of an OR, all must be of an AND. */
const isFree = (licence) =>
  licence.replace(/[()]/g, '').split(' OR ').some((choice) => choice.split(' AND ').every((part) => free.has(part.trim())));
/** Weak copyleft: it binds changes to the library's own files, and we change none. libvips comes as a library of its own, beside sharp. */
const unchanged = [/^@img\/sharp-libvips-/, /^@img\/sharp-win32-/, /^@img\/sharp-wasm32$/];

const faults = [];
const found = Object.entries(packages).filter(([path]) => path !== '').map(([path, one]) => ({ ...one, name: one.name ?? path.split('node_modules/').at(-1) }));

if (lockfileVersion !== 3) faults.push('package-lock.json: not of version 3');
for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) faults.push(`${name}: package.json must name one version, not ${version}`);
for (const { name, version, resolved, integrity, link, hasInstallScript, license, dev } of found) {
  const where = `${name}@${version}`;
  if (link || resolved !== undefined) faults.push(`${where}: comes from elsewhere than the registry`);
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) faults.push(`${where}: has no SHA-512 of its content`);
  if (hasInstallScript && typeof (allowScripts[where] ?? allowScripts[name]) !== 'boolean') faults.push(`${where}: runs a script while it is installed; look at it, then decide in allowScripts of package.json`);
  if (!dev && !isFree(license ?? 'none') && !unchanged.some((pattern) => pattern.test(name))) faults.push(`${where}: its licence (${license ?? 'none'}) is not in .ci/lock.mjs`);
}
const scripted = found.filter(({ hasInstallScript }) => hasInstallScript).flatMap(({ name, version }) => [name, `${name}@${version}`]);
for (const name of Object.keys(allowScripts)) if (!scripted.includes(name)) faults.push(`${name}: stands in allowScripts, and runs no script`);

for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`${found.length} packages: all from the registry, by their SHA-512; no script that nobody looked at; free licences`);
process.exitCode = faults.length === 0 ? 0 : 1;
