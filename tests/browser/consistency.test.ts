// Consistency: every proof of the vectors is believed and made again from complete subtrees; a changed one is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, hex } from "../../src/civium/browser/bytes";
import { type NodeReader, checkConsistency, consistencyProof } from "../../src/civium/browser/consistency";
import { nodeHash } from "../../src/civium/browser/merkle";
import { codeOf, fromHex, vectors } from "./vectors";

const { leaf_hashes, roots, consistency } = vectors<{
  leaf_hashes: string[];
  roots: string[];
  consistency: { first: number; second: number; proof: string[] }[];
}>("merkle");
const cases = consistency.filter(({ first }) => first > 0);

const read: NodeReader = async (level, index) => {
  assert.ok(index >= 0 && (index + 1) * 2 ** level <= leaf_hashes.length, "only complete subtrees are read");
  return level === 0 ? fromHex(leaf_hashes[index]!) : nodeHash(await read(level - 1, 2 * index), await read(level - 1, 2 * index + 1));
};

test("every proof of the vectors is believed, and the same is made from complete subtrees", async () => {
  for (const { first, second, proof } of cases) {
    await checkConsistency(first, fromHex(roots[first]!), second, fromHex(roots[second]!), proof.map(fromHex));
    if (first < second) assert.deepEqual((await consistencyProof(read, first, second)).map(hex), proof, `${first} of ${second}`);
  }
});

test("a changed, missing or added hash, another size or root is not believed", async () => {
  const flip = (bytes: Bytes): Bytes => bytes.map((byte) => byte ^ 1);
  for (const { first, second, proof } of cases) {
    const [before, now, hashes] = [fromHex(roots[first]!), fromHex(roots[second]!), proof.map(fromHex)];
    const wrong: [number, Bytes, number, Bytes, Bytes[]][] = [
      [first, flip(before), second, now, hashes],
      [first, before, second, flip(now), hashes],
      [first, before, second, now, [...hashes, now]],
      [second + 1, before, second, now, hashes],
    ];
    if (hashes.length > 0) wrong.push([first, before, second, now, hashes.slice(1)], [first, before, second, now, [flip(hashes[0]!), ...hashes.slice(1)]]);
    for (const [one, root, other, to, path] of wrong) {
      assert.equal(await codeOf(() => checkConsistency(one, root, other, to, path)), "consistency-proof", `${first} of ${second}`);
    }
  }
});
