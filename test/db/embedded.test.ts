import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EmbeddedError, startEmbedded } from '#db/embedded';

const deadline = { timeout: 15_000, interval: 20 };
const undo: (() => Promise<unknown>)[] = [];
let home = '';
let made = '';

/** A data folder of this test's own: a copy, by plain cp, of one that was used before, or none yet. */
const folder = async (kind: 'used' | 'new'): Promise<string> => {
  const dataDir = join(await mkdtemp(join(home, 'case-')), 'data');
  if (kind === 'used') await cp(made, dataDir, { recursive: true });
  return dataDir;
};

const start = async (dataDir: string) => {
  const running = await startEmbedded({ dataDir });
  undo.push(running.stop);
  return running;
};

const ask = async (url: string, text: string): Promise<unknown> => {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql.unsafe(text).values())[0]?.[0];
  } finally {
    await sql.end();
  }
};

/** The program in a process group of its own, as a terminal runs it. */
const runProgram = (dataDir: string): { child: ChildProcess; lines: string[] } => {
  const child = spawn(process.execPath, ['--conditions=source', join(import.meta.dirname, 'embedded.child.ts'), dataDir], {
    detached: true, stdio: ['ignore', 'pipe', 'inherit'],
  });
  undo.push(async () => child.exitCode ?? child.signalCode ?? (child.kill('SIGKILL'), once(child, 'exit')));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines };
};

const firstLine = (lines: string[]): Promise<string> => vi.waitUntil(() => lines[0], deadline);

/** Clean end: PostgreSQL took its own process-id file away, and its port is closed. */
const isGone = async (dataDir: string, url: string): Promise<boolean> => {
  if (existsSync(join(dataDir, 'postgres', 'postmaster.pid'))) return false;
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const open = await once(socket, 'connect').then(() => true, () => false);
  socket.destroy();
  return !open;
};

const refusal = async (dataDir: string): Promise<string> => {
  const error = await start(dataDir).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(EmbeddedError);
  return error instanceof EmbeddedError ? error.message : '';
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'insat-embedded-'));
  made = join(home, 'made');
  const running = await startEmbedded({ dataDir: made });
  await ask(running.url, `create table kept as select 'شكاية'::text as said`);
  await running.stop();
});

afterEach(async () => {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
});

afterAll(() => rm(home, { recursive: true }));

describe('what is kept', () => {
  test('a second start keeps the data, also in a folder that was copied', async () => {
    const { url } = await start(await folder('used'));
    expect(await ask(url, 'select said from kept')).toBe('شكاية');
  });

  test('Arabic can be searched by trigrams, and commits are durable', async () => {
    const { url } = await start(await folder('used'));
    await ask(url, 'create extension pg_trgm');
    expect(await ask(url, `select cardinality(show_trgm('المياه'))::int`)).toBeGreaterThan(3);
    expect(await ask(url, `select current_setting('fsync') || current_setting('synchronous_commit')`)).toBe('onon');
  });

  test('the password is random and readable by its owner alone', async () => {
    const one = await start(await folder('new'));
    const other = await start(await folder('used'));
    expect(new URL(one.url).password).not.toBe(new URL(other.url).password);
    expect((await stat(join(made, 'postgres', 'insat.password'))).mode & 0o777).toBe(0o600);
    await expect(ask(one.url.replace(/:[0-9a-f]+@/, ':guess@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('what a citizen wrote is never in the log of a statement that failed', async () => {
    const heard: string[] = [];
    const { url, stop } = await startEmbedded({ dataDir: await folder('used'), log: (line) => heard.push(line) });
    undo.push(stop);
    await expect(ask(url, `select 'ZAHRA'::int`)).rejects.toThrow('ZAHRA');
    await stop();
    expect(heard.join('\n')).toContain('database system is shut down');
    expect(heard.join('\n')).not.toContain('ZAHRA');
  });
});

describe('how it ends', () => {
  test('Ctrl-C never takes the database away before the program has let go of it, and leaves nothing', async () => {
    const dataDir = await folder('used');
    const { child, lines } = runProgram(dataDir);
    const url = await firstLine(lines);
    const group = child.pid ?? Number.NaN;
    process.kill(-group, 'SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(lines[1]).toBe('still there');
    expect(await isGone(dataDir, url)).toBe(true);
  });

  test('no PostgreSQL is left when the program is killed with SIGKILL', async () => {
    const dataDir = await folder('used');
    const { child, lines } = runProgram(dataDir);
    const url = await firstLine(lines);
    child.kill('SIGKILL');
    await vi.waitUntil(() => isGone(dataDir, url), deadline);
  });

  test('a start right after SIGKILL never waits for a person, and finds what was committed', async () => {
    const dataDir = await folder('used');
    const { child, lines } = runProgram(dataDir);
    await ask(await firstLine(lines), `insert into kept values ('committed')`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { url } = await start(dataDir);
    expect(await ask(url, `select count(*)::int from kept where said = 'committed'`)).toBe(1);
  });

  test('a first start that was killed midway never spoils the next', async () => {
    const dataDir = await folder('new');
    const { child } = runProgram(dataDir);
    await vi.waitUntil(async () => existsSync(dataDir) && (await readdir(dataDir)).some((name) => name.startsWith('postgres.new')), deadline);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await ask((await start(dataDir)).url, 'select 1')).toBe(1);
    expect(await readdir(dataDir)).toEqual(['insat.lock', 'postgres']);
  });

  test('the process id of a dead server, carried by another program now, never stops the start', async () => {
    const dataDir = await folder('used');
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${dataDir}/postgres\n`, { mode: 0o600 });
    expect(await ask((await start(dataDir)).url, 'select 1')).toBe(1);
  });
});

describe('when it cannot start, a sentence says what to do', () => {
  test('two starts on one folder: the second refuses and names the first, which goes on', async () => {
    const dataDir = await folder('used');
    const { url } = await start(dataDir);
    const sentence = `Another Insat is already running on this data folder (process ${process.pid}). Stop it, or set DATA_DIR.`;
    expect(await refusal(dataDir)).toBe(sentence);
    const { child, lines } = runProgram(dataDir);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(lines).toEqual([sentence]);
    expect(await ask(url, 'select 1')).toBe(1);
  });

  test('a folder that cannot be written stops the start', async () => {
    const file = join(await mkdtemp(join(home, 'case-')), 'file');
    await writeFile(file, '');
    expect(await refusal(file)).toContain('is not a folder. Set DATA_DIR');
    expect(await refusal(join(file, 'data'))).toContain('Set DATA_DIR');
    expect(await refusal('/proc/insat')).toMatch(/DATA_DIR/);
  });

  test.each([
    ['a folder of something else', 'PG_VERSION', undefined, /not a whole database of Insat \(PG_VERSION is missing\)/],
    ['a lost password', 'insat.password', undefined, /insat\.password is missing/],
    ['a wrong password', 'insat.password', 'wrong', /does not accept the password/],
    ['a cluster of another version', 'PG_VERSION', '17\n', /made by PostgreSQL 17.*pg_upgrade/],
    ['a lost control file', 'global/pg_control', undefined, /may be damaged.*pg_control.*Restore a backup/],
    ['a damaged control file', 'global/pg_control', 'x'.repeat(8192), /may be damaged.*Restore a backup/],
  ])('%s stops the start, and nothing is deleted', async (_, name, content, sentence) => {
    const dataDir = await folder('used');
    const file = join(dataDir, 'postgres', name);
    await (content === undefined ? rm(file) : writeFile(file, content));
    const before = await readdir(dataDir, { recursive: true });
    expect(await refusal(dataDir)).toMatch(sentence);
    const after = new Set(await readdir(dataDir, { recursive: true }));
    const own = /pg_internal\.init$/; // a cache that PostgreSQL makes anew whenever it runs
    expect(before.filter((path) => !after.has(path) && !own.test(path))).toEqual([]);
    if (content !== undefined) expect(await readFile(file, 'utf8')).toBe(content);
  });

  test('a broken data folder is free again once it is repaired', async () => {
    const dataDir = await folder('new');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await writeFile(join(dataDir, 'postgres', 'letter.txt'), 'mine');
    await refusal(dataDir);
    await rm(join(dataDir, 'postgres', 'letter.txt'));
    expect(await ask((await start(dataDir)).url, 'select 1')).toBe(1);
  });
});
