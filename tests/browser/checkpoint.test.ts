// Checkpoints and their signatures: both ways of checking Ed25519 agree with the vectors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, utf8 } from "../../src/civium/browser/bytes";
import { parse, textOf } from "../../src/civium/browser/checkpoint";
import { type SignatureCheck, nativeCheck, prepareSignatureCheck } from "../../src/civium/browser/ed25519";
import { fallbackCheck } from "../../src/civium/browser/ed25519-fallback";
import { checkSignature } from "../../src/civium/browser/note";
import { codeOf, fromBase64, vectors } from "./vectors";

const { accepted, refused, longest, untrusted } = vectors<{
  longest: { before: string; repeated: string; times: number; after: string };
  accepted: { note: string; origin: string; size: number; root: string; public_key: string }[];
  refused: { name: string; note: string }[];
  untrusted: { name: string; note: string; code: string; public_key: string; origin: string }[];
}>("checkpoint");

const checks: [string, SignatureCheck][] = [
  ["native", nativeCheck],
  ["fallback", fallbackCheck],
  ["prepared", await prepareSignatureCheck()],
];

for (const [name, isSignature] of checks) {
  test(`every checkpoint reads and its signature holds (${name})`, async () => {
    for (const vector of accepted) {
      const [checkpoint, note] = parse(vector.note);
      assert.deepEqual([checkpoint.origin, checkpoint.size, hex(checkpoint.root)], [vector.origin, vector.size, vector.root]);
      assert.ok(vector.note.startsWith(textOf(checkpoint)));
      await checkSignature(note, vector.origin, fromBase64(vector.public_key), isSignature);
    }
  });

  test(`a signature over something else is not believed (${name})`, async () => {
    for (const vector of untrusted) {
      const [checkpoint, note] = parse(vector.note);
      // The receipt compares origins itself (step 5); the note only knows whether it was signed under that name.
      const expected = vector.code === "checkpoint-foreign" ? "note-not-signed" : vector.code;
      assert.equal(await codeOf(() => checkSignature(note, vector.origin, fromBase64(vector.public_key), isSignature)), expected, vector.name);
      assert.equal(checkpoint.origin === vector.origin, vector.code !== "checkpoint-foreign");
    }
  });

  test(`a key or signature of another length is no signature (${name})`, async () => {
    const [vector] = accepted as [(typeof accepted)[0]];
    const [, note] = parse(vector.note);
    const short = { ...note, signatures: note.signatures.map((line) => ({ ...line, signature: line.signature.slice(1) })) };
    assert.equal(await codeOf(() => checkSignature(short, vector.origin, fromBase64(vector.public_key), isSignature)), "note-signature");
  });
}

test("a note is measured in bytes", async () => {
  const text = longest.before + longest.repeated.repeat(longest.times) + longest.after;
  assert.equal(utf8(text).length, 65536);
  parse(text);
  assert.equal(await codeOf(() => parse(text.replace(longest.repeated, `${longest.repeated}x`))), "note-malformed");
});

test("every malformed checkpoint is refused", async () => {
  for (const { name, note } of refused) assert.match(await codeOf(() => parse(note)), /^(note|checkpoint)-malformed$/, name);
});
