// The log's tree: hashes and inclusion proofs (docs/spec/merkle.md, RFC 6962, RFC 9162).
import { type Bytes, isEqual, sha256, u8 } from "./bytes";
import { Untrusted } from "./errors";

/** Gives a leaf's hash, SHA-256(0x00 ‖ record). */
export function leafHash(record: Bytes): Promise<Bytes> {
  return sha256(u8(0), record);
}

/** Gives a node's hash, SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(u8(1), left, right);
}

/** Checks that the proof leads from the leaf at this index to the root (RFC 9162, 2.1.3.2). Throws Untrusted `inclusion-proof`. */
export async function checkInclusion(leaf: Bytes, index: number, size: number, proof: readonly Bytes[], root: Bytes): Promise<void> {
  if (index >= size) throw new Untrusted("inclusion-proof");
  let [node, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) throw new Untrusted("inclusion-proof");
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      // The right border climbs past the levels at which it has no sibling.
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !isEqual(hash, root)) throw new Untrusted("inclusion-proof");
}
