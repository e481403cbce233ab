// Postings: the same bytes and refusals as at the server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64 } from "../../src/civium/browser/bytes";
import { encode, parse } from "../../src/civium/browser/posting";
import { codeOf, fromBase64, vectors } from "./vectors";

const { accepted, refused } = vectors<{
  accepted: { name: string; envelope: string; token: string; work: string; posting: string }[];
  refused: { name: string; posting: string; refused: string }[];
}>("posting");

test("every posting has one encoding and reads back", () => {
  for (const vector of accepted) {
    const posting = parse(fromBase64(vector.posting));
    assert.equal(base64(posting.envelope), vector.envelope, vector.name);
    assert.equal(base64(encode(posting)), vector.posting, vector.name);
    assert.equal(posting.token.length === 0, vector.token === "");
    assert.equal(posting.work.length === 0, vector.work === "");
  }
});

test("every malformed posting is refused with its code", async () => {
  for (const vector of refused) assert.equal(await codeOf(() => parse(fromBase64(vector.posting))), vector.refused, vector.name);
  assert.equal(await codeOf(() => parse(new Uint8Array(6468))), "posting-size");
});
