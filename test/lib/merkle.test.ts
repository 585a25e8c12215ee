import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append, consistencyParts, inclusionParts, leafHash, provesConsistency, provesInclusion, rangeLength, rootOf, type ProofParts, type Subtree,
} from '#lib/merkle';

const nameOf = ({ level, index }: Subtree): string => `${level}/${index}`;

/** A tree with all its complete subtrees, and its root at each size. */
const grow = (leaves: Buffer[]) => {
  const subtrees = new Map<string, Buffer>();
  const range: Buffer[] = [];
  const roots = [rootOf(range)];
  for (const [size, leaf] of leaves.entries()) {
    append(range, size, leaf, (subtree, hash) => subtrees.set(nameOf(subtree), hash));
    roots.push(rootOf(range));
    expect(range).toHaveLength(rangeLength(size + 1));
  }
  const hashesOf = (parts: ProofParts): Buffer[] => parts.map((range_) => rootOf(range_.map((subtree) => subtrees.get(nameOf(subtree)) ?? Buffer.alloc(0))));
  return { rootAt: (size: number): Buffer => roots[size] ?? Buffer.alloc(0), hashesOf };
};

// The reference tree of the certificate-transparency project: eight leaves, the roots of its beginnings, proofs in it.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const a = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const b = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const c = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const d = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const e = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const f = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const g = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const hex = (hashes: Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

describe('the published reference tree', () => {
  const { rootAt, hashesOf } = grow(leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex'))));

  it('has the published root at every size', () => {
    expect(hex(roots.map((_, size) => rootAt(size)))).toEqual(roots);
  });

  it.each([
    [0, 1, []], [0, 8, [a, b, c]], [5, 8, [d, e, f]], [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [1, 5, ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', b, d]],
  ])('proves leaf %i in a tree of %i as published', (index, size, proof) => {
    expect(hex(hashesOf(inclusionParts(index, size)))).toEqual(proof);
  });

  it.each([
    [1, 1, []], [1, 8, [a, b, c]], [6, 8, [g, e, f]], [2, 5, [b, d]], [6, 7, [g, 'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f', f]],
  ])('proves a tree of %i to begin one of %i as published', (from, to, proof) => {
    expect(hex(hashesOf(consistencyParts(from, to)))).toEqual(proof);
  });
});

describe('in a tree of any size', () => {
  const tree = fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat())
    .map(([size, x, y]) => ({ size, index: x % size, from: (y % size) + 1 }));
  const leaf = (i: number): Buffer => leafHash(Buffer.from(`leaf ${i}`));
  const large = grow(Array.from({ length: 300 }, (_, i) => leaf(i)));
  const altered = (proof: Buffer[], at: number): Buffer[] => proof.map((hash, i) => (i === at % proof.length ? leafHash(hash) : hash));

  it('each leaf is proved included, and never with another index, leaf, root or hash', () => {
    fc.assert(
      fc.property(tree, fc.nat(), ({ size, index }, at) => {
        const proof = large.hashesOf(inclusionParts(index, size));
        const root = large.rootAt(size);
        expect(provesInclusion(leaf(index), index, size, proof, root)).toBe(true);
        expect(provesInclusion(leaf(index + 1), index, size, proof, root)).toBe(false);
        expect(provesInclusion(leaf(index), (index + 1) % (size + 1), size, proof, root)).toBe(false);
        expect(provesInclusion(leaf(index), index, size, proof, large.rootAt(size - 1))).toBe(false);
        expect(provesInclusion(leaf(index), index, size, [...proof, root], root)).toBe(false);
        if (proof.length > 0) {
          expect(provesInclusion(leaf(index), index, size, altered(proof, at), root)).toBe(false);
          expect(provesInclusion(leaf(index), index, size, proof.slice(1), root)).toBe(false);
        }
      }),
    );
  });

  it('each beginning is proved one, and never with another root or hash', () => {
    fc.assert(
      fc.property(tree, fc.nat(), ({ size, from }, at) => {
        const proof = large.hashesOf(consistencyParts(from, size));
        const [old, now] = [large.rootAt(from), large.rootAt(size)];
        expect(provesConsistency(from, size, proof, old, now)).toBe(true);
        expect(provesConsistency(from, size, proof, leafHash(old), now)).toBe(false);
        expect(provesConsistency(from, size, proof, old, leafHash(now))).toBe(false);
        expect(provesConsistency(from, size, [...proof, old], old, now)).toBe(false);
        expect(provesConsistency(size + 1, size, proof, old, now)).toBe(false);
        if (proof.length > 0) {
          expect(provesConsistency(from, size, altered(proof, at), old, now)).toBe(false);
          expect(provesConsistency(from, size, proof.slice(1), old, now)).toBe(false);
        }
      }),
    );
  });
});
