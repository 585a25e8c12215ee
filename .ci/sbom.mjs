import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes what a release is made of: a CycloneDX list of every package that runs in production, on any platform, with
 * version, SHA-512 and licence. A list with a gap is refused. Usage: sbom.mjs [FILE]
 */
const file = process.argv[2] ?? 'insat.cdx.json';
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const written = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'], { encoding: 'utf8', maxBuffer: 2 ** 27 });
const sbom = JSON.parse(written);
// npm takes the folder's name, and its own --omit dev leaves out what a development package needs too (react, zod).
const root = sbom.metadata.component;
root.name = name;
const shipped = new Set(Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev).map(([path, one]) => `${one.name ?? path.split('node_modules/').at(-1)}@${one.version}`));
sbom.components = sbom.components.filter((one) => shipped.has(one['bom-ref']));
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => ref === root['bom-ref'] || shipped.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => shipped.has(one)) }));

const faults = [];
if (sbom.bomFormat !== 'CycloneDX' || !/^1\.\d$/.test(sbom.specVersion)) faults.push('not CycloneDX 1');
if (!/^urn:uuid:[\da-f-]{36}$/.test(sbom.serialNumber)) faults.push('no serial number');
if (root.version !== version) faults.push('another version of Insat');
const refs = new Set(sbom.components.map((one) => one['bom-ref']));
for (const one of sbom.components) {
  if (!one.purl?.startsWith('pkg:npm/') || !one.purl.endsWith(`@${one.version}`)) faults.push(`${one['bom-ref']}: no package URL`);
  if (!one.hashes?.some(({ alg, content }) => alg === 'SHA-512' && /^[\da-f]{128}$/.test(content))) faults.push(`${one['bom-ref']}: no SHA-512`);
  if (!one.licenses?.length) faults.push(`${one['bom-ref']}: no licence`);
}
for (const { ref, dependsOn = [] } of sbom.dependencies)
  for (const target of [ref, ...dependsOn]) if (target !== root['bom-ref'] && !refs.has(target)) faults.push(`${target}: is needed, and not listed`);
for (const one of shipped) if (!refs.has(one)) faults.push(`${one}: is in package-lock.json, and not listed`);

if (faults.length > 0) {
  for (const fault of faults) console.error(fault);
  process.exit(1);
}
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`${file}: ${sbom.components.length} packages`);
