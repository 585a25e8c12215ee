import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962, section 2.1, over leaves numbered from 0. Hashes are 32 bytes of SHA-256. A *subtree* is
 * complete: `level` l and `index` i stand for the 2^l leaves from i * 2^l on. A *range* is the list of the complete
 * subtrees that a run of leaves falls into, from left to right; what the tree is made of at any size, and all that is
 * needed to let it grow.
 */
export type Subtree = { level: number; index: number };

const sha256 = (...parts: Buffer[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

export const leafHash = (content: Buffer): Buffer => sha256(leafPrefix, content);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(nodePrefix, left, right);

/** The hash of the run of leaves that a range stands for; of the whole tree, its root. Of nothing: SHA-256 of nothing. */
export const rootOf = (range: readonly Buffer[]): Buffer =>
  range.length === 0 ? sha256() : range.reduceRight((right, left) => nodeHash(left, right));

/**
 * Lets a tree of `size` leaves grow by one.
 *
 * @param range changed in place
 * @param completed told of each complete subtree that the leaf ends, itself included
 */
export const append = (range: Buffer[], size: number, leaf: Buffer, completed: (subtree: Subtree, hash: Buffer) => void = () => undefined): void => {
  let hash = leaf;
  let index = size;
  completed({ level: 0, index }, hash);
  for (let level = 1; index % 2 === 1; level += 1) {
    const left = range.pop();
    if (!left) throw new Error('a range does not fit the size of its tree');
    hash = nodeHash(left, hash);
    index = (index - 1) / 2;
    completed({ level, index }, hash);
  }
  range.push(hash);
};

/** The root over hashes that stand side by side on one level, from the first leaf of a subtree on. */
export const rootOfAll = (hashes: readonly Buffer[]): Buffer => {
  const range: Buffer[] = [];
  for (const [size, hash] of hashes.entries()) append(range, size, hash);
  return rootOf(range);
};

/** How many hashes the range of a tree of `size` leaves has: one for each binary one in it. */
export const rangeLength = (size: number): number => rangeOf(0, size).length;

/** The complete subtrees of the leaves from `start` to before `end`, `start` being where a subtree as large as that may begin. */
const rangeOf = (start: number, end: number): Subtree[] => {
  const parts: Subtree[] = [];
  for (let from = start; from < end; ) {
    const level = Math.floor(Math.log2(end - from));
    parts.push({ level, index: from / 2 ** level });
    from += 2 ** level;
  }
  return parts;
};

/** The largest power of two below `count`. */
const split = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);

/** Each hash of a proof, as the range that `rootOf` makes it from. */
export type ProofParts = Subtree[][];

/** PATH of section 2.1.1: what proves the leaf `index` to be in the tree of `size` leaves. */
export const inclusionParts = (index: number, size: number): ProofParts => {
  const walk = (start: number, end: number): ProofParts => {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    return index < middle ? [...walk(start, middle), rangeOf(middle, end)] : [...walk(middle, end), rangeOf(start, middle)];
  };
  return walk(0, size);
};

/** PROOF of section 2.1.2: what proves the tree of `from` leaves (at least 1) to be the beginning of the one of `to`. */
export const consistencyParts = (from: number, to: number): ProofParts => {
  const walk = (start: number, end: number, known: boolean): ProofParts => {
    if (from === end) return known ? [] : [rangeOf(start, end)];
    const middle = start + split(end - start);
    return from <= middle
      ? [...walk(start, middle, known), rangeOf(middle, end)]
      : [...walk(middle, end, false), rangeOf(start, middle)];
  };
  return walk(0, to, true);
};

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

/** Whether the proof shows the leaf in the tree with this root (RFC 9162, section 2.1.3.2). */
export const provesInclusion = (leaf: Buffer, index: number, size: number, proof: readonly Buffer[], root: Buffer): boolean => {
  if (index >= size) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const part of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(part, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, part);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash.equals(root);
};

/** Whether the proof shows the tree of `from` leaves to be the beginning of the one of `to` (RFC 9162, section 2.1.4.2). */
export const provesConsistency = (from: number, to: number, proof: readonly Buffer[], fromRoot: Buffer, toRoot: Buffer): boolean => {
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (from < 1 || from > to) return false;
  const [first, ...rest] = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  if (!first || proof.length === 0) return false;
  let [at, last] = [from - 1, to - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [old, now] = [first, first];
  for (const part of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      old = nodeHash(part, old);
      now = nodeHash(part, now);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else now = nodeHash(now, part);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && old.equals(fromRoot) && now.equals(toRoot);
};
