import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logSigner, openCheckpoint, signCheckpoint } from '#lib/checkpoint';
import { openNote, parseVerifierKey, signerOf, signNote, verifierKey } from '#lib/note';

// Published with the format: the example of its reference implementation, and of its specification.
const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const signature = '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const publicKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const seed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const other = {
  key: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
};

const verifier = (key: string) => parseVerifierKey(key) ?? expect.fail('no key');

it('the published key signs the published text as published', () => {
  const signer = signerOf(seed, () => 'PeterNeumann');
  expect(verifierKey(signer.verifier)).toBe(publicKey);
  expect(signNote(text, signer)).toBe(`${text}\n${signature}`);
});

it('published notes open with their key, beside signatures of others too, and never with another key', () => {
  expect(openNote(`${text}\n${signature}`, verifier(publicKey))).toBe(text);
  expect(openNote(other.note, verifier(other.key))).toBe('This is an example message.\n');
  expect(openNote(other.note, verifier(publicKey))).toBeNull();
  const witness = signerOf(Buffer.alloc(32, 7), () => 'witness');
  const cosigned = `${text}\n${signature}${signNote(text, witness).split('\n\n')[1] ?? ''}`;
  expect(openNote(cosigned, verifier(publicKey))).toBe(text);
  expect(openNote(cosigned, witness.verifier)).toBe(text);
});

it('a note with any character altered never opens as something else', () => {
  const note = `${text}\n${signature}`;
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.constantFrom('x', '\n', ' ', '\0', '\ud800'), (at, put) => {
      fc.pre(note[at] !== put);
      const opened = openNote(note.slice(0, at) + put + note.slice(at + 1), verifier(publicKey));
      expect(opened === null || opened === text).toBe(true);
    }),
  );
});

it('a key that contradicts its own id is no key', () => {
  for (let at = 0; at < publicKey.length; at += 1) expect(parseVerifierKey(publicKey.slice(0, at) + publicKey.slice(at + 1))).toBeNull();
  expect(parseVerifierKey(publicKey.replace('PeterN', 'PeterM'))).toBeNull();
});

it('a checkpoint says size and root to whoever has the public key, and another log never says it for ours', () => {
  const ours = logSigner(Buffer.alloc(32, 1));
  const checkpoint = { size: 12, root: Buffer.alloc(32, 9) };
  const note = signCheckpoint(checkpoint, ours);
  expect(note.split('\n').slice(0, 4)).toEqual([ours.verifier.name, '12', checkpoint.root.toString('base64'), '']);
  expect(openCheckpoint(note, ours.verifier)).toEqual(checkpoint);
  expect(openCheckpoint(signCheckpoint(checkpoint, logSigner(Buffer.alloc(32, 2))), ours.verifier)).toBeNull();
  for (const said of ['another\n12\n', `${ours.verifier.name}\n012\n`, `${ours.verifier.name}\n-1\n`])
    expect(openCheckpoint(signNote(`${said}${checkpoint.root.toString('base64')}\n`, ours), ours.verifier)).toBeNull();
});
