// Erasure codes: as people copy them, read back however they type them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../src/civium/browser/bytes";
import { commitment, makeCode, parse, textOf } from "../../src/civium/browser/erasure-code";
import { codeOf, fromHex, vectors } from "./vectors";

const { erasure_codes, erasure_codes_mistyped } = vectors<{
  erasure_codes: { code: string; text: string; collection: string; commitment: string }[];
  erasure_codes_mistyped: string[];
}>("receipt");

test("every code has its text and its commitment", async () => {
  for (const vector of erasure_codes) {
    assert.equal(await textOf(fromHex(vector.code)), vector.text);
    assert.equal(hex(await parse(vector.text)), vector.code);
    assert.equal(hex(await commitment(fromHex(vector.collection), fromHex(vector.code))), vector.commitment);
  }
});

test("a code is read whatever its case, spaces and look-alikes", async () => {
  for (const { code, text } of erasure_codes) {
    const typed = ` ${text.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    assert.equal(hex(await parse(typed)), code);
  }
});

test("a mistyped code is told from a right one", async () => {
  for (const text of erasure_codes_mistyped) assert.equal(await codeOf(() => parse(text)), "erasure-code-mistyped", text);
  const text = await textOf(makeCode());
  for (const at of [0, 5, 20, 33]) {
    const other = text[at] === "7" ? "8" : "7";
    assert.equal(await codeOf(() => parse(text.slice(0, at) + other + text.slice(at + 1))), "erasure-code-mistyped", `${at}`);
  }
});

test("no two codes are the same", () => {
  assert.notEqual(hex(makeCode()), hex(makeCode()));
});
