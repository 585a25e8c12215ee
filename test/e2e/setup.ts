import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const password = 'a password for the scenarios';
let stop = async (): Promise<void> => undefined;

/** Starts the built product once, with the demo, in a folder of its own; scenarios find it in INSAT_E2E_URL and INSAT_E2E_PASSWORD. */
export const setup = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'insat-e2e-'));
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...environment } = process.env;
  const insat = spawn(process.execPath, ['dist/src/start.js'], {
    env: { ...environment, PORT: '0', DATA_DIR: dataDir, DEMO: '1', DEMO_PASSWORD: password },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(insat, 'exit');
  stop = async () => {
    insat.kill('SIGTERM');
    const [code] = await ended;
    await rm(dataDir, { recursive: true });
    if (code !== 0) throw new Error(`Insat ended with ${code} instead of 0`);
  };
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: insat.stdout }).on('line', (line) => {
      const found = /^Insat is listening on (http\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(([code]) => reject(new Error(`Insat ended with ${code} before it was ready (built? npm run build)`)));
  });
  Object.assign(process.env, { INSAT_E2E_URL: url, INSAT_E2E_PASSWORD: password });
};

export const teardown = (): Promise<void> => stop();
