import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assertSecrets, neededByPrograms, readSettings, secretNames, Settings } from '#lib/config';

const folder = mkdtempSync(join(tmpdir(), 'insat-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const fileWith = (content: string): string => {
  files += 1;
  const path = join(folder, String(files));
  writeFileSync(path, content);
  return path;
};
const key = () => randomBytes(32).toString('hex');
const good: Record<string, string> = {
  DATABASE_URL: 'postgres://insat:k3v9Qz7xw2Lm@db.example/insat',
  REDIS_URL: 'rediss://:k3v9Qz7xw2Lm@redis.example:6380',
  DEMO_PASSWORD: 'insat demo',
  KEYS_DATABASE_URL: 'postgres://insat:k3v9Qz7xw2Lm@keys.example/insat_keys',
  DATA_KEYS: `2:${key()},1:${key()}`,
  TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
};
const goodOne = (name: string): string => good[name] ?? key();
/** What is needed beside a secret for it to be complete. */
const beside = (name: string) => ({
  ...(name.startsWith('TWILIO') ? { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_SMS_FROM: '+212661864445' } : {}),
  ...(name === 'TWILIO_API_KEY_SECRET' ? { TWILIO_AUTH_TOKEN: goodOne('TWILIO_AUTH_TOKEN'), TWILIO_API_KEY_SID: `SK${'0'.repeat(32)}`, TWILIO_VOICE_APP_SID: `AP${'0'.repeat(32)}`, TWILIO_VOICE_FROM: '+33123456789' } : {}),
  ...(name.startsWith('SMSGATE') ? Object.fromEntries([['SMSGATE_URL', 'http://10.8.0.2:8080'], ['SMSGATE_USER', 'insat'], ['SMSGATE_PASSWORD', key()], ['SMSGATE_SIGNING_KEY', key()]].filter(([other]) => other !== name)) : {}),
  ...(name.startsWith('OIDC') ? { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'insat' } : {}),
});
const faultsOf = (environment: Record<string, string>, ...needed: (keyof Settings)[]): string[] => {
  try {
    readSettings(environment, needed);
    return [];
  } catch (error) {
    return String(error).split('\n').slice(1).map((line) => line.trim());
  }
};

describe('a secret', () => {
  it('is every setting whose name or meaning says so', () => {
    const secretive = Object.keys(Settings.shape).filter((name) => /KEY|PASSWORD|TOKEN|SECRET|_URL/.test(name) && !['PUBLIC_URL', 'TWILIO_BASE_URL', 'SMSGATE_URL', 'CLAMD_URL', 'WITNESS_KEYS', 'TWILIO_API_KEY_SID'].includes(name));
    expect(secretNames.toSorted()).toEqual(secretive.toSorted());
  });

  it.each(secretNames)('%s can come from a file, without the line break at its end', (name) => {
    const value = goodOne(name);
    for (const end of ['', '\n', '\r\n']) expect(readSettings({ [`${name}_FILE`]: fileWith(value + end), ...beside(name) })[name]).toBe(value);
    expect(readSettings({ [name]: value, [`${name}_FILE`]: '', ...beside(name) })[name]).toBe(value);
  });

  it.each(secretNames)('%s never comes from two places, or from a file that is not there, empty or faulty', (name) => {
    const value = goodOne(name);
    const variable = `${name}_FILE`;
    const from = (path: string, more: Record<string, string> = {}) => faultsOf({ [variable]: path, ...beside(name), ...more });
    expect(from(fileWith(value), { [name]: value })).toEqual([`${variable}: ${name} is set too; set one of them`]);
    expect(from(join(folder, 'nothing'))).toEqual([`${variable}: the file cannot be read (ENOENT)`]);
    expect(from(folder)).toEqual([`${variable}: the file cannot be read (EISDIR)`]);
    for (const empty of ['', '\n']) expect(from(fileWith(empty))).toEqual([`${variable}: the file is empty`]);
    expect(from(fileWith('x')).join()).toMatch(new RegExp(`^${name}: `));
  });

  it('that is wrong is named with all others that are, and never told', () => {
    const said = faultsOf({ PORT: 'x', CODE_KEY: 'canary', LOG_KEY_FILE: join(folder, 'nothing'), TWILIO_AUTH_TOKEN: 'canary canary canary' }, ...neededByPrograms);
    expect(said.map((fault) => fault.split(':')[0])).toEqual(['LOG_KEY_FILE', 'PORT', 'CODE_KEY', 'DATABASE_URL', 'DATA_KEYS', 'INDEX_KEY', 'TWILIO_ACCOUNT_SID', 'TWILIO_SMS_FROM']);
    expect(said.join()).not.toContain('canary');
  });

  it('is read from the environment by no setting that is none', () => {
    expect(readSettings({ PORT_FILE: fileWith('1') }).PORT).toBe(3000);
  });
});

/** Keys and passwords that stand in this repository, or that everybody tries first. */
const knownKeys = ['00', '11', '22', '33', '44', 'ff', 'ab', '0123', '0123456789abcdef', 'deadbeef'].map((part) => part.repeat(64 / part.length)).concat(
  Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex'),
  Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - 7 * i)).toString('hex'),
  Buffer.from('insat insat insat insat insat in').toString('hex'),
);
const knownTokens = ['a-token-for-tests-only', 'the-current-token', '0123456789abcdef0123456789abcdef', '1'.repeat(32), 'changeme-changeme', 'your_auth_token_here', 'correct horse battery password'];
const knownPasswords = ['insat', 'postgres', 'password', 'POSTGRES_PASSWORD', 'change-me-please', 'short', 'aaaaaaaaaaaaaaaa'];

describe('a secret that anybody could guess', () => {
  const real = { DATABASE_URL: 'postgres://db.example/insat' };

  it('stops the start of a real installation', () => {
    for (const one of knownKeys) expect(faultsOf({ ...real, CODE_KEY: one, LOG_KEY: key() }), one).toEqual([expect.stringMatching(/^CODE_KEY: .*random/)]);
    for (const one of knownKeys) expect(faultsOf({ ...real, DATA_KEYS: `2:${key()},1:${one}` }), one).toEqual([expect.stringMatching(/^DATA_KEYS: .*random/)]);
    for (const one of knownTokens)
      for (const pair of [one, `${one},${goodOne('TWILIO_AUTH_TOKEN')}`, `${goodOne('TWILIO_AUTH_TOKEN')}, ${one}`])
        expect(faultsOf({ ...real, TWILIO_AUTH_TOKEN: pair, ...beside('TWILIO') }), pair).toEqual([expect.stringMatching(/^TWILIO_AUTH_TOKEN: .*guessed/)]);
    for (const one of knownPasswords) {
      expect(faultsOf({ DATABASE_URL: `postgres://insat:${one}@db.example/insat` }), one).toEqual([expect.stringMatching(/^DATABASE_URL: .*guessed/)]);
      expect(faultsOf({ ...real, REDIS_URL: `redis://:${one}@redis.example` }), one).toEqual([expect.stringMatching(/^REDIS_URL: .*guessed/)]);
    }
  });

  it('stops it wherever there can be no demo, and nowhere else', () => {
    const weak = { CODE_KEY: '11'.repeat(32) };
    expect(faultsOf({ ...weak, DEMO: '0' })).toHaveLength(1);
    expect(faultsOf({ ...weak, ...real })).toHaveLength(1);
    expect(faultsOf({ ...weak, DEMO: '1', ...real }, 'DATABASE_URL')).toHaveLength(1);
    expect(faultsOf({ ...weak, DEMO: '1', ...real })).toEqual([]);
    // Whether this is a demo is known once its database is open.
    expect(() => assertSecrets(readSettings(weak))).toThrow('CODE_KEY');
    const pretended = { TWILIO_AUTH_TOKEN: 'a-token-for-tests-only', TWILIO_BASE_URL: 'http://127.0.0.1:4010', ...beside('TWILIO') };
    expect(() => assertSecrets(readSettings({ CODE_KEY: key(), DEMO_PASSWORD: 'password', ...pretended }))).not.toThrow();
  });

  it('is never seen in one that was made at random', () => {
    for (let i = 0; i < 2000; i += 1) {
      const pair = `${randomBytes(16).toString('hex')},${randomBytes(24).toString('base64url')}`;
      readSettings({ DATABASE_URL: `postgres://insat:${randomBytes(12).toString('base64url')}@db.example/insat`, CODE_KEY: key(), LOG_KEY: key(), TWILIO_AUTH_TOKEN: pair, ...beside('TWILIO') });
    }
  });

  it('is no matter where others keep strangers out: no password at all, or a database or a pretended provider on this machine', () => {
    for (const url of ['postgres://db.example/insat', 'postgres://insat@db.example/insat', 'postgres://postgres:postgres@127.0.0.1:5432/insat', 'postgres://insat:insat@localhost/insat'])
      expect(faultsOf({ DATABASE_URL: url }), url).toEqual([]);
    expect(faultsOf({ ...real, TWILIO_AUTH_TOKEN: 'a-token-for-tests-only', TWILIO_BASE_URL: 'http://127.0.0.1:4010', ...beside('TWILIO') })).toEqual([]);
    expect(faultsOf({ ...real, TWILIO_AUTH_TOKEN: 'a-token-for-tests-only', TWILIO_BASE_URL: 'https://127.0.0.1.evil.example', ...beside('TWILIO') })).toHaveLength(1);
  });
});

it('docker-compose.yml gives every secret by a file, and none of its own', () => {
  const compose = readFileSync('docker-compose.yml', 'utf8');
  for (const name of [...secretNames, 'POSTGRES_PASSWORD']) expect(compose, name).not.toMatch(new RegExp(`\\b${name}:`));
  for (const name of [...neededByPrograms, 'POSTGRES_PASSWORD', 'TWILIO_AUTH_TOKEN']) expect(compose).toContain(`${name}_FILE: `);
  expect(compose).not.toMatch(/:\/\/[^@\s]+:[^@\s]+@/);
});
