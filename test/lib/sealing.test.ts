import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmac } from '#lib/hmac';
import { blindIndex, newDataKey, rewrap, seal, sealWith, unseal, unsealText, unsealWith, unwrap, type Place } from '#lib/sealing';

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const zeros = '00'.repeat(32);
const feff = 'feffe9928665731c6d6a8f9467308308'.repeat(2);
const p60 =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39';
const c60 =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662';

/** McGrew and Viega, "The Galois/Counter Mode of Operation", the vectors of NIST's submission: cases 13 to 16 (256 bits). */
const vectors = [
  { key: zeros, nonce: '00'.repeat(12), clear: '', aad: '', sealed: '', tag: '530f8afbc74536b9a963b4f1c4cb738b' },
  { key: zeros, nonce: '00'.repeat(12), clear: '00'.repeat(16), aad: '', sealed: 'cea7403d4d606b6e074ec5d3baf39d18', tag: 'd0d1c8a799996bf0265b98b5d48ab919' },
  { key: feff, nonce: 'cafebabefacedbaddecaf888', clear: `${p60}1aafd255`, aad: '', sealed: `${c60}898015ad`, tag: 'b094dac5d93471bdec1a502270e3cc6c' },
  { key: feff, nonce: 'cafebabefacedbaddecaf888', clear: p60, aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2', sealed: c60, tag: '76fc6ece0f4e1768cddf8853bb2d551b' },
];

describe('sealing', () => {
  it('is AES-256-GCM as the published vectors have it', () => {
    for (const { key, nonce, clear, aad, sealed, tag } of vectors) {
      const secret = createSecretKey(bytes(key));
      const made = sealWith(secret, bytes(nonce), bytes(aad), bytes(clear));
      expect(made.toString('hex')).toBe(`01${nonce}${sealed}${tag}`);
      expect(unsealWith(secret, bytes(aad), made).toString('hex')).toBe(clear);
    }
  });

  const key = createSecretKey(randomBytes(32));
  const place: Place = { table: 'citizens', column: 'name', row: randomUUID() };

  it('gives back any text, and seals the same text differently each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const [one, other] = [seal(key, place, text), seal(key, place, text)];
        expect(unsealText(key, place, one)).toBe(text.toWellFormed());
        expect(one.equals(other)).toBe(false);
      }),
    );
  });

  it('never opens what was altered in any bit, cut, or brought from elsewhere', () => {
    const sealed = seal(key, place, 'فاطمة');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(key, place, altered)).toThrow();
    }
    for (let length = 0; length < sealed.length; length += 1) expect(() => unseal(key, place, sealed.subarray(0, length))).toThrow();
    const elsewhere: Place[] = [{ ...place, table: 'cases' }, { ...place, column: 'preview' }, { ...place, row: randomUUID() }];
    for (const other of elsewhere) expect(() => unseal(key, other, sealed)).toThrow();
    expect(() => unseal(createSecretKey(randomBytes(32)), place, sealed)).toThrow();
    expect(unsealText(undefined, place, sealed)).toBeNull();
  });
});

describe('a data key', () => {
  const [first, second] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
  const older = { current: 1, byVersion: new Map([[1, first]]) };
  const both = { current: 2, byVersion: new Map([[1, first], [2, second]]) };
  const newer = { current: 2, byVersion: new Map([[2, second]]) };

  it('wrapped anew opens what it sealed before, without the older wrapping key', () => {
    const made = newDataKey(older, randomUUID());
    const place: Place = { table: 'citizens', column: 'name', row: made.subject };
    const sealed = seal(made.key, place, 'فاطمة');
    expect(made.wrapped).toHaveLength(61);
    const again = rewrap(both, made);
    expect(again.wrapped).toHaveLength(61);
    expect(unsealText(unwrap(newer, again), place, sealed)).toBe('فاطمة');
    expect(() => unwrap(older, again)).toThrow(/version 2/);
    expect(() => unwrap(newer, { ...again, subject: randomUUID() })).toThrow();
  });
});

describe('the blind index', () => {
  it('stands on HMAC-SHA-256 as RFC 4231 has it', () => {
    expect(hmac(bytes('0b'.repeat(20)), 'Hi There').toString('hex')).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7');
    expect(hmac(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('is the same for the same number alone, under the same key', () => {
    const key = randomBytes(32);
    const index = blindIndex(key, 'phone', '+212661234567');
    expect(index).toHaveLength(16);
    expect(blindIndex(key, 'phone', '+212661234567').equals(index)).toBe(true);
    for (const other of [blindIndex(key, 'phone', '+212661234568'), blindIndex(key, 'alnum', '+212661234567'), blindIndex(randomBytes(32), 'phone', '+212661234567')])
      expect(other.equals(index)).toBe(false);
  });
});
