import { readFileSync } from 'node:fs';

type Environment = Record<string, string | undefined>;

/**
 * The environment with the secrets that it names files for: `NAME_FILE=/path` stands for `NAME=<what is in the file>`,
 * without the line break that editors leave at its end.
 *
 * @returns `faults`: what is wrong with a file, or one and the same secret given twice; never what is in a file
 */
export const withFiles = (environment: Environment, secretNames: readonly string[]): { values: Environment; faults: string[] } => {
  const values = { ...environment };
  const faults: string[] = [];
  for (const name of secretNames) {
    const variable = `${name}_FILE`;
    const path = environment[variable];
    if (path === undefined || path === '') continue;
    if (environment[name] !== undefined && environment[name] !== '') {
      faults.push(`${variable}: ${name} is set too; set one of them`);
      continue;
    }
    try {
      const content = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      if (content === '') faults.push(`${variable}: the file is empty`);
      values[name] = content;
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      faults.push(`${variable}: the file cannot be read (${reason})`);
    }
  }
  return { values, faults };
};

/**
 * Words of examples, defaults and tests. A random secret of 32 letters and digits holds one of these once in a million times
 * at most.
 */
const known = /passw|change.?me|secret|example|default|for.?tests|token|placeholder|12345678|postgres/i;

/** A random key of 32 bytes has about 30 different ones, and as many different steps; 16 or fewer never happen. */
const fewestBytes = 17;
const fewestLetters = 6;
const shortest = 12;

/**
 * Why a secret could be guessed, or null: a key of one byte again and again or of a simple row, a password that is short, of few
 * letters or known from examples. In an address it is the password in it; without one, or on this machine, others keep
 * strangers out. Of a list separated by commas each must hold.
 */
export const secretFault = (secret: string): string | null => {
  if (secret === '') return null;
  if (/^[0-9a-f]{64}$/i.test(secret)) return isRegular(Buffer.from(secret, 'hex')) ? 'this key was not made at random (openssl rand -hex 32)' : null;
  // Keys by version: each must hold.
  if (/^\d+:/.test(secret)) return secret.split(',').map((part) => secretFault(part.replace(/^\s*\d+:/, '').trim())).find((fault) => fault !== null) ?? null;
  if (URL.canParse(secret)) return addressFault(new URL(secret));
  return secret.split(',').some((part) => isGuessable(part.trim())) ? 'this secret is known or can be guessed' : null;
};

const isRegular = (key: Buffer): boolean => {
  const steps = [...key].map((byte, i) => (byte - (key[i - 1] ?? 0) + 256) % 256);
  return new Set(key).size < fewestBytes || new Set(steps).size < fewestBytes;
};

const addressFault = (url: URL): string | null => {
  const isWeak = isGuessable(url.password) || url.password === url.username;
  return url.password !== '' && isWeak && !isHere(url.href) ? 'its password is known or can be guessed' : null;
};

/** Whether an address is on this machine. */
export const isHere = (address: string): boolean =>
  URL.canParse(address) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(address).hostname);

const isGuessable = (text: string): boolean => text.length < shortest || new Set(text).size < fewestLetters || known.test(text);
