// That a log continues an earlier state of itself: the proof, made from complete subtrees, and its check (docs/spec/merkle.md, RFC 9162).
//
// The rule is: whoever makes the proof need not be believed; what counts is the check against two signed roots.
import { type Bytes, isEqual } from "./bytes";
import { Untrusted } from "./errors";
import { nodeHash } from "./merkle";

/** Gives the hash of the complete subtree over leaves index * 2**level and on. */
export type NodeReader = (level: number, index: number) => Promise<Bytes>;

const FAULT = "consistency-proof";
const half = (value: number): number => Math.floor(value / 2);

/** Gives the proof that the tree of size `second` continues that of size `first`, 0 < first < second (RFC 6962, 2.1.2). */
export async function consistencyProof(read: NodeReader, first: number, second: number): Promise<Bytes[]> {
  const node = ragged(read, second);
  let [level, index, last] = [0, first - 1, second - 1];
  while (index % 2 === 1) [index, last, level] = [half(index), half(last), level + 1];
  const hashes = index > 0 ? [await node(level, index)] : [];
  while (last > 0) {
    const sibling = index % 2 === 0 ? index + 1 : index - 1;
    if (sibling <= last) hashes.push(await node(level, sibling));
    [index, last, level] = [half(index), half(last), level + 1];
  }
  return hashes;
}

/** Checks that the tree of size `second` continues that of size `first` (RFC 9162, 2.1.4.2). Throws Untrusted `consistency-proof`. */
export async function checkConsistency(first: number, firstRoot: Bytes, second: number, secondRoot: Bytes, proof: readonly Bytes[]): Promise<void> {
  if (first === second) {
    if (proof.length > 0 || !isEqual(firstRoot, secondRoot)) throw new Untrusted(FAULT);
    return;
  }
  const hashes = isPowerOfTwo(first) ? [firstRoot, ...proof] : [...proof];
  const start = hashes.shift();
  if (first < 1 || first > second || !start) throw new Untrusted(FAULT);
  let [node, last] = [first - 1, second - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [before, now] = [start, start];
  for (const hash of hashes) {
    if (last === 0) throw new Untrusted(FAULT);
    if (node % 2 === 1 || node === last) {
      [before, now] = [await nodeHash(hash, before), await nodeHash(hash, now)];
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      now = await nodeHash(now, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0 || !isEqual(before, firstRoot) || !isEqual(now, secondRoot)) throw new Untrusted(FAULT);
}

function isPowerOfTwo(size: number): boolean {
  let odd = size;
  while (odd > 0 && odd % 2 === 0) odd /= 2;
  return odd === 1;
}

/** Gives a reader of nodes that may reach over the tree's edge, where they are made of what is there. */
function ragged(read: NodeReader, size: number): NodeReader {
  const node: NodeReader = async (level, index) => {
    if ((index + 1) * 2 ** level <= size) return read(level, index);
    const left = await node(level - 1, 2 * index);
    return (2 * index + 1) * 2 ** (level - 1) >= size ? left : nodeHash(left, await node(level - 1, 2 * index + 1));
  };
  return node;
}
