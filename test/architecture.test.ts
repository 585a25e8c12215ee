import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const files = globSync(['src/**/*.{ts,tsx}', 'workers/**/*.ts']).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const inFolder = (...folders: string[]) => ({ path }: { path: string }) => folders.some((folder) => path.startsWith(folder));
const pathsOf = (found: { path: string }[]): string[] => found.map(({ path }) => path).toSorted();

/** `src/db/schema/cases.ts` is `db/schema/cases`; `workers/work.ts` is `workers/work`, as imports name them. */
const nameOf = (path: string): string => path.replace(/^src\//, '').replace(/\.tsx?$/, '');
const folderOf = (name: string): string => name.split('/')[0] ?? name;

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((found) => found[1] ?? '');

/** The table of src/README.md: which folder, or single module, may import which. */
const table = readFileSync('src/README.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, names = '', , allowed = ''] = line.split('|');
    const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? '');
    const listed = quoted(allowed);
    const may = (target: string): boolean => listed.includes(target) || listed.includes(folderOf(target));
    return { names: quoted(names), may: allowed.trim().startsWith('anything') ? (target: string) => !may(target) : may };
  });
/** A module that has a row of its own (`workers/index`) goes by that, not by its folder's. */
const rowOf = (name: string) =>
  table.find(({ names }) => names.includes(name)) ?? table.find(({ names }) => names.includes(folderOf(name)));

describe('the source', () => {
  it('has exactly the folders and modules that src/README.md explains', () => {
    const explained = table.flatMap(({ names }) => names).filter((name) => name !== 'workers/index');
    expect([...new Set(files.map(({ path }) => folderOf(nameOf(path))))].toSorted()).toEqual(explained.toSorted());
  });

  it('never imports what the table does not allow', () => {
    const faults = files.flatMap(({ path, text }) => {
      const name = nameOf(path);
      return importsOf(text)
        .filter((target) => target.startsWith('#'))
        .map((target) => target.slice(1))
        .filter((target) => folderOf(target) !== folderOf(name) && rowOf(name)?.may(target) !== true)
        .map((target) => `${path} imports #${target}`);
    });
    expect(faults).toEqual([]);
  });

  it('never climbs out of a folder by a relative path, and names only files that exist', () => {
    const faults = files.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((target) => target.includes('../') || (target.startsWith('./') && !existsSync(new URL(target, `file://${process.cwd()}/${path}`))))
        .map((target) => `${path} imports ${target}`),
    );
    expect(faults).toEqual([]);
  });

  it('never lets one provider know another', () => {
    const faults = files.filter(inFolder('src/channels/')).flatMap(({ path, text }) =>
      importsOf(text)
        .filter((target) => target.startsWith('#channels/') && target !== '#channels/channel' && target !== '#channels/voice')
        .filter((target) => target.split('/')[1] !== path.split('/')[2])
        .map((target) => `${path} imports ${target}`),
    );
    expect(faults).toEqual([]);
  });

  it('has no file of more than 250 lines, texts excepted', () => {
    const long = files.filter(({ path, text }) => !path.startsWith('src/texts/') && text.split('\n').length > 251);
    expect(pathsOf(long)).toEqual([]);
  });

  it('knows three kinds of domain file, and the context', () => {
    const others = globSync('src/domain/**/*.*').filter((path) => !/\.(rules|actions|queries)\.ts$|\.json$/.test(path));
    expect(others).toEqual(['src/domain/context.ts']);
  });

  it('keeps rules pure: they read no database, no file and no network', () => {
    const impure = files.filter(
      ({ path, text }) => path.endsWith('.rules.ts') && importsOf(text).some((target) => /^(#db\/(?!actor)|#jobs\/|#live\/|node:|drizzle-orm|postgres)/.test(target)),
    );
    expect(pathsOf(impure)).toEqual([]);
  });
});

/** `allowed` says who may, and why; an entry that nobody needs any longer fails as well. */
const onlyIn = (pattern: RegExp, allowed: Record<string, string>): void => {
  const places = Object.keys(allowed);
  const using = files.filter(({ text }) => pattern.test(text));
  expect(pathsOf(using.filter(({ path }) => !places.some((place) => path === place || (place.endsWith('/') && path.startsWith(place)))))).toEqual([]);
  expect(places.filter((place) => !using.some(({ path }) => path.startsWith(place)))).toEqual([]);
};

describe('what only a few may do', () => {
  it('the time comes from one clock', () => {
    onlyIn(/new Date\(\)|Date\.now\(\)/, {
      'src/lib/clock.ts': 'the clock',
      'src/dev/simulator/phones.ts': "the pretended phone's own clock",
      'src/console/now.ts': "the browser's own clock",
      'src/console/report/report-screen.tsx': "the browser's own clock",
    });
  });

  it('the environment is read by the programs only', () => {
    onlyIn(/process\.env/, {
      'src/start.ts': 'a program',
      'src/server.ts': 'a program',
      'workers/index.ts': 'a program',
      'src/cli/main.ts': 'a program',
      'src/dev/fake-twilio/main.ts': 'a program',
      'src/db/embedded/cluster.ts': 'hands it on to a child',
      'src/db/embedded/guard.ts': 'hands it on to a child',
    });
  });

  it('nothing is fetched past the guard of outgoing requests', () => {
    onlyIn(/\bfetch\(|from 'node:https?'(?<!import type[^\n]*)|from 'undici'/, {
      'src/lib/outgoing.ts': 'the guard',
      'src/channels/twilio/client.ts': 'one server, named by the configuration',
      'src/channels/twilio/bytes.ts': 'the same server, or the guard',
      'src/channels/smsgate/client.ts': 'one server, named by the configuration',
      'src/cli/witness.ts': 'the log that its user told it to watch',
      'src/http/errors.ts': 'the names of statuses',
      'src/http/openapi.ts': 'the names of statuses',
      'src/dev/': 'the pretended provider',
      'src/console/': 'the browser',
    });
  });

  it('SQL is written in the database folder, in queries and in actions', () => {
    const elsewhere = files.filter(
      ({ path, text }) =>
        !/^src\/(db|dev)\/|\.(queries|actions)\.ts$/.test(path) && importsOf(text).some((target) => /^(drizzle-orm|postgres|pg)(\/|$)/.test(target)),
    );
    expect(pathsOf(elsewhere)).toEqual([]);
  });

  it('a connection to the database is opened behind the one door, and the door by whoever puts the parts together', () => {
    onlyIn(/from '(pg|postgres|drizzle-orm\/(node-postgres|postgres-js)[^']*)'/, {
      'src/db/client.ts': 'the door: everything behind it has taken a role',
      'src/db/listener.ts': 'listens, and reads no table',
      'src/db/key-store.ts': 'another database, which holds keys only',
      'src/db/migrate.ts': 'makes the tables',
      'src/db/migrate-keys.ts': 'makes those of the key store',
      'src/db/roles.ts': 'makes the roles',
      'src/db/embedded.ts': 'makes the database',
    });
    onlyIn(/\bopenDatabase\b/, {
      'src/db/client.ts': 'is it',
      'src/deps.ts': 'puts the parts together',
      'src/cli/main.ts': 'does so for maintenance',
      'src/dev/demo.ts': 'looks whether the database is in use',
    });
    onlyIn(/'insat\.(actor|handed)'|set_config\('role'/, {
      'src/db/client.ts': 'says who acts',
      'src/domain/cases/holding.actions.ts': 'hands a case over',
    });
    onlyIn(/\.asSystem\(/, {
      'src/domain/cases/holding.actions.ts': 'seals and opens the texts of a case as its place asks',
      'src/domain/cases/holder.actions.ts': 'locks the account of whoever is to hold a case',
      'src/domain/merging/leaving.actions.ts': 'takes a case out of a merge for its citizen, to the queue that answered',
      'src/domain/referrals/answering.actions.ts': 'sends an answer that nobody holds the case for to its queue',
    });
  });

  it("a provider's word stays with the provider", () => {
    onlyIn(/twilio|MessageSid|TwiML|smsgate/i, {
      'src/channels/': 'the adapter',
      'src/dev/': 'the pretended provider',
      'src/console/telephone/use-softphone.ts': "runs the provider's program in the browser",
      'src/lib/config.ts': "the account's settings",
    });
  });
});
