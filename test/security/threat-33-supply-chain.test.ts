import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const List = z.record(z.string(), z.string());
const Package = z.looseObject({ allowScripts: z.record(z.string(), z.boolean()), dependencies: List });
const Lock = z.looseObject({ packages: z.record(z.string(), z.looseObject({ version: z.string() })) });
const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'insat-supply-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Project = { package: z.infer<typeof Package>; lock: z.infer<typeof Lock> };
/** What the check that runs before anything is installed says of our project, changed in one place. */
const check = (change: (project: Project) => void = () => undefined): { code: number | null; faults: string[] } => {
  const project = { package: Package.parse(json('package.json')), lock: Lock.parse(json('package-lock.json')) };
  change(project);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project.package));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(project.lock));
  const { status, stderr } = spawnSync(process.execPath, ['.ci/lock.mjs', folder], { encoding: 'utf8' });
  return { code: status, faults: stderr.split('\n').filter(Boolean) };
};
const locked = (name: string, change: Record<string, unknown>) => ({ lock }: Project) => {
  const found = lock.packages[`node_modules/${name}`];
  if (!found) throw new Error(`${name} is not locked`);
  Object.assign(found, change);
};

describe('before anything is installed', () => {
  it('our own list of packages passes', () => {
    expect(check()).toEqual({ code: 0, faults: [] });
  });

  const faults: [name: string, change: (project: Project) => void, told: RegExp][] = [
    ['a package from a repository', locked('pino', { resolved: 'git+ssh://git@github.com/pinojs/pino.git#0123456' }), /^pino@.*elsewhere/],
    ['a package from an address', locked('pino', { resolved: 'http://packages.example/pino/-/pino-10.4.0.tgz' }), /^pino@.*elsewhere/],
    ['a package from another registry', locked('pino', { resolved: 'https://packages.evil.example/pino.tgz' }), /^pino@.*elsewhere/],
    ['a package from a folder', locked('pino', { resolved: 'packages/pino', link: true }), /^pino@.*elsewhere/],
    ['a package without a checksum', locked('pino', { integrity: undefined }), /^pino@.*SHA-512/],
    ['a package with a weak checksum', locked('pino', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }), /^pino@.*SHA-512/],
    ['a package that has begun to run a script', locked('pino', { hasInstallScript: true }), /^pino@.*allowScripts/],
    ['a package under the AGPL', locked('pino', { license: 'AGPL-3.0-only' }), /^pino@.*AGPL/],
    ['a package under the GPL besides', locked('pino', { license: 'MIT AND GPL-3.0-or-later' }), /^pino@.*GPL/],
    ['a package without a licence', locked('pino', { license: undefined }), /^pino@.*none/],
    ['a version that may become another', (project) => void (project.package.dependencies['pino'] = '^10.4.0'), /^pino: .*one version/],
    ['a script allowed that nobody has any longer', (project) => void (project.package.allowScripts['left-pad'] = true), /^left-pad: .*allowScripts/],
  ];
  it.each(faults)('%s is refused', (_name, change, told) => {
    const { code, faults: [first, ...more] } = check(change);
    expect([code, more]).toEqual([1, []]);
    expect(first).toMatch(told);
  });
});

it('no package that is installed runs a script that its lock did not tell of', () => {
  const { allowScripts } = Package.parse(json('package.json'));
  const Installed = z.looseObject({ name: z.string().optional(), scripts: z.record(z.string(), z.unknown()).optional() });
  const files = globSync(['node_modules/*/package.json', 'node_modules/@*/*/package.json', 'node_modules/**/node_modules/*/package.json', 'node_modules/**/node_modules/@*/*/package.json']);
  expect(files.length).toBeGreaterThan(200);
  const running = files.filter((file) => {
    const { scripts = {} } = Installed.parse(json(file));
    return ['preinstall', 'install', 'postinstall'].some((name) => name in scripts) || existsSync(join(dirname(file), 'binding.gyp'));
  });
  const names = running.map((file) => dirname(file).split('node_modules/').at(-1) ?? '');
  expect(names.filter((name) => !(name in allowScripts))).toEqual([]);
});

it('the list of parts names every package that is shipped, and none that is not', () => {
  const file = join(folder, 'parts.json');
  execFileSync(process.execPath, ['.ci/sbom.mjs', file]);
  const Sbom = z.object({ bomFormat: z.literal('CycloneDX'), components: z.array(z.object({ name: z.string(), version: z.string() })) });
  const listed = Sbom.parse(json(file)).components.map(({ name, version }) => `${name}@${version}`);
  const { dependencies } = Package.parse(json('package.json'));
  expect(listed).toEqual(expect.arrayContaining(Object.entries(dependencies).map(([name, version]) => `${name}@${version}`)));
  expect(listed.filter((one) => /^(vitest|vite|playwright-core|knip|oxlint|typescript)@/.test(one))).toEqual([]);
});

it('a registry that cannot be asked for known holes is said, and a grave hole fails', () => {
  const registry = (answer: string): { code: number | null; said: string } => {
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/bin/sh\ncat <<'ANSWER'\n${answer}\nANSWER\n`, { mode: 0o755 });
    const { status, stdout } = spawnSync(process.execPath, ['.ci/audit.mjs'], { encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } });
    return { code: status, said: stdout };
  };
  const hole = (severity: string) => JSON.stringify({ vulnerabilities: { pino: { name: 'pino', severity, range: '<11', via: [{ title: 'A hole' }] } } });
  for (const silence of ['', '{"statusCode":405}', '{"error":{"code":"ENOTFOUND"}}', '<html>']) expect(registry(silence)).toMatchObject({ code: 0, said: expect.stringMatching(/^NOT ASKED/) });
  expect(registry('{"vulnerabilities":{}}')).toMatchObject({ code: 0, said: expect.stringContaining('0 known holes') });
  expect(registry(hole('moderate'))).toMatchObject({ code: 0, said: expect.stringContaining('moderate: pino <11: A hole') });
  for (const severity of ['high', 'critical']) expect(registry(hole(severity))).toMatchObject({ code: 1 });
});
