import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openDatabase } from '#db/client';
import { linkIdentity } from '#domain/staff/identities.actions';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { startProvider } from '../support/openid.ts';

/** The subject at the provider that is linked to `operator-09`. */
const subject = 'the-ninth-operator';
const password = 'a password for the scenarios';
let stop = async (): Promise<void> => undefined;

/** Starts the built product once, with the demo, in a folder of its own; scenarios find it in INSAT_E2E_URL, INSAT_E2E_PASSWORD and INSAT_E2E_DATABASE. */
export const setup = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'insat-e2e-'));
  // By this name, so that it is another site than Insat.
  const provider = await startProvider({ host: 'localhost' });
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...environment } = process.env;
  const insat = spawn(process.execPath, ['dist/src/start.js'], {
    env: { ...environment, PORT: '0', DATA_DIR: dataDir, DEMO: '1', DEMO_PASSWORD: password, OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: provider.client.clientId, OIDC_CLIENT_SECRET: provider.client.clientSecret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(insat, 'exit');
  stop = async () => {
    insat.kill('SIGTERM');
    const [code] = await ended;
    await provider.close();
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
  provider.returnTo(`${url}/api/v1/staff/sso/callback`);
  const databaseUrl = await databaseOf(dataDir);
  await linkTo(databaseUrl, { login: 'operator-09', issuer: provider.issuer, subject });
  Object.assign(process.env, { INSAT_E2E_DATABASE: databaseUrl, INSAT_E2E_URL: url, INSAT_E2E_PASSWORD: password, INSAT_E2E_SUBJECT: subject });
};

const databaseOf = async (dataDir: string): Promise<string> => {
  const [, , , port] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  const key = (await readFile(join(dataDir, 'postgres', 'insat.password'), 'utf8')).trim();
  return `postgres://insat:${key}@127.0.0.1:${port}/insat`;
};

/** As the command does, which wants Insat stopped where the database is its own. */
const linkTo = async (databaseUrl: string, link: { login: string; issuer: string; subject: string }): Promise<void> => {
  const db = openDatabase(databaseUrl, createLog('silent'));
  const result = await linkIdentity({ db, clock: systemClock }, link);
  await db.close();
  if (result !== 'linked') throw new Error(`operator-09: ${result}`);
};

export const teardown = (): Promise<void> => stop();
