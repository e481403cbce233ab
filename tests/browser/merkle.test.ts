// The log's tree: every inclusion proof of the vectors leads to its root, and no other does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../src/civium/browser/bytes";
import { checkInclusion, leafHash } from "../../src/civium/browser/merkle";
import { codeOf, fromHex, vectors } from "./vectors";

const { records, leaf_hashes, roots, inclusion } = vectors<{
  records: string[];
  leaf_hashes: string[];
  roots: string[];
  inclusion: { index: number; size: number; proof: string[] }[];
}>("merkle");

test("leaf hashes are those of the vectors", async () => {
  for (const [at, record] of records.entries()) assert.equal(hex(await leafHash(fromHex(record))), leaf_hashes[at]);
});

test("every proof leads to its root", async () => {
  for (const { index, size, proof } of inclusion) {
    await checkInclusion(fromHex(leaf_hashes[index]!), index, size, proof.map(fromHex), fromHex(roots[size]!));
  }
});

test("a proof with a changed, missing, added or turned hash, another index, size or root leads nowhere", async () => {
  for (const { index, size, proof } of inclusion) {
    const [leaf, root, hashes] = [fromHex(leaf_hashes[index]!), fromHex(roots[size]!), proof.map(fromHex)];
    const changed = hashes.map((hash, at) => (at === 0 ? hash.map((byte) => byte ^ 1) : hash));
    const turned = [...hashes].reverse();
    const wrong: [number, number, typeof hashes, typeof root][] = [
      [index, size, [...hashes, root], root],
      [index, size, hashes, root.map((byte) => byte ^ 1)],
      [size, size, hashes, root],
      [index + size, size, hashes, root],
    ];
    if (hashes.length > 0) wrong.push([index, size, changed, root], [index, size, hashes.slice(1), root], [index ^ 1, size, hashes, root]);
    if (hashes.length > 1) wrong.push([index, size, turned, root]);
    for (const [at, of, path, to] of wrong) {
      assert.equal(await codeOf(() => checkInclusion(leaf, at, of, path, to)), "inclusion-proof", `${index} of ${size}`);
    }
  }
});
