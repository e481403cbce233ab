// Taking back: the request of the vectors, identifiers and codes as people type them, and what answers mean.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../src/civium/browser/bytes";
import { encode, outcomeOf, parseIdentifier } from "../../src/civium/browser/erasure";
import { commitment, parse as parseCode } from "../../src/civium/browser/erasure-code";
import { codeOf, fromBase64, fromHex, vectors } from "./vectors";

const { accepted } = vectors<{
  accepted: { collection: string; identifier: string; code: string; code_text: string; commitment: string; erasure: string }[];
}>("erasure");

test("the request is that of the vectors, and its code opens the commitment", async () => {
  for (const vector of accepted) {
    const [collection, code] = [fromHex(vector.collection), await parseCode(vector.code_text)];
    assert.deepEqual(encode(collection, parseIdentifier(vector.identifier), code), fromBase64(vector.erasure));
    assert.equal(hex(await commitment(collection, code)), vector.commitment);
    assert.equal(hex(code), vector.code);
  }
});

test("an identifier is taken as people copy it, and nothing else is taken for one", async () => {
  const { identifier } = accepted[0]!;
  const plain = parseIdentifier(identifier);
  for (const typed of [identifier.toUpperCase(), ` ${identifier} `, identifier.replaceAll("-", ""), identifier.replaceAll("-", " - ")]) {
    assert.deepEqual(parseIdentifier(typed), plain);
  }
  for (const typed of ["", identifier.slice(1), `${identifier}0`, identifier.replace("-8", "-4"), identifier.replace(/^./, "g")]) {
    assert.equal(await codeOf(() => parseIdentifier(typed)), "identifier-malformed");
  }
});

test("an answer means what it says, and anything else is no answer", () => {
  const json = (status: number, text: string) => ({ status, type: "application/json", retryAfter: null, text });
  assert.deepEqual(outcomeOf(json(200, '{"destroyed":true}')), { kind: "destroyed" });
  assert.deepEqual(outcomeOf(json(404, '{"code":"erasure-unknown","facts":{}}')), { kind: "unknown" });
  assert.deepEqual(outcomeOf(json(429, '{"code":"erasure-too-often","facts":{}}')), { kind: "often" });
  assert.deepEqual(outcomeOf(json(429, '{"code":"too-many","facts":{}}')), { kind: "busy" });
  assert.deepEqual(outcomeOf(json(409, '{"code":"erasure-handed-over","facts":{"jurisdiction":"ES"}}')), { kind: "handed-over", jurisdiction: "ES" });
  for (const answer of [
    null,
    json(503, '{"code":"store-unavailable","facts":{}}'),
    json(200, "{}"),
    json(200, "null"),
    json(200, "<html>"),
    { ...json(200, '{"destroyed":true}'), type: "text/html" },
  ]) {
    assert.deepEqual(outcomeOf(answer), { kind: "failed" });
  }
});
