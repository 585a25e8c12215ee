import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/**
 * Signed notes (https://c2sp.org/signed-note) with Ed25519: a text of whole lines, an empty line, then one line for each
 * signature: `— <name> <base64 of key id and signature>`.
 */
export type Verifier = { name: string; id: Buffer; use: KeyUse; key: KeyObject };
export type Signer = { verifier: Verifier; sign(text: string): Buffer };

/** What a key is for, as the format numbers it: to sign notes, or to sign along with a time (https://c2sp.org/tlog-cosignature). */
export type KeyUse = 1 | 4;
// What stands before the 32 bytes of a key in DER (RFC 8410).
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const verifierOf = (name: string, rawKey: Buffer, use: KeyUse): Verifier => ({
  name,
  id: createHash('sha256').update(`${name}\n`).update(Buffer.from([use])).update(rawKey).digest().subarray(0, 4),
  use,
  key: createPublicKey({ key: Buffer.concat([publicPrefix, rawKey]), format: 'der', type: 'spki' }),
});

const rawKeyOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);

/**
 * @param seed the private key of RFC 8032: 32 bytes
 * @param nameOf gives the key's name, without spaces or `+`, from its public half
 */
export const signerOf = (seed: Buffer, nameOf: (rawPublicKey: Buffer) => string, use: KeyUse = 1): Signer => {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const rawKey = rawKeyOf(createPublicKey(key));
  return { verifier: verifierOf(nameOf(rawKey), rawKey, use), sign: (text) => sign(null, Buffer.from(text), key) };
};

/** The public key as others write it: `<name>+<key id>+<base64>`. */
export const verifierKey = ({ name, id, use, key }: Verifier): string =>
  `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([use]), rawKeyOf(key)]).toString('base64')}`;

/** The reverse; null for what is no Ed25519 verifier key, or contradicts its own id. */
export const parseVerifierKey = (text: string, use: KeyUse = 1): Verifier | null => {
  const [, name, base64] = /^([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (name === undefined || key.length !== 33 || key[0] !== use) return null;
  const verifier = verifierOf(name, key.subarray(1), use);
  return verifierKey(verifier) === text ? verifier : null;
};

/** @param text whole lines, the last one ended too */
export const signNote = (text: string, signer: Signer): string => {
  const { name, id } = signer.verifier;
  return `${text}\n— ${name} ${Buffer.concat([id, signer.sign(text)]).toString('base64')}\n`;
};

export const signatureLine = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/;

/**
 * The text of a note that `verifier` signed; null otherwise. Signatures of others are passed over, so a note that
 * witnesses have signed too is as good.
 */
export const openNote = (note: string, verifier: Verifier): string | null => {
  const end = note.lastIndexOf('\n\n');
  if (end === -1 || !note.endsWith('\n')) return null;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n').map((line) => signatureLine.exec(line));
  if (!note.isWellFormed() || /[^\n\P{Cc}]/u.test(text) || lines.includes(null)) return null;
  const own = lines
    .map((line) => ({ name: line?.[1], bytes: Buffer.from(line?.[2] ?? '', 'base64') }))
    .filter(({ name, bytes }) => name === verifier.name && bytes.subarray(0, 4).equals(verifier.id));
  const holds = own.length > 0 && own.every(({ bytes }) => verify(null, Buffer.from(text), verifier.key, bytes.subarray(4)));
  return holds ? text : null;
};
