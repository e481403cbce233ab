// Statements: the same bytes as Python's, the same refusals, and what a form may not put in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, sha256 } from "../../src/civium/browser/bytes";
import { type Statement, encode, pad, parse, problemOf, tidy } from "../../src/civium/browser/statement";
import { codeOf, fromBase64, fromHex, vectors } from "./vectors";

interface Given {
  language: string;
  rules: string;
  declaration: boolean;
  privacy_read: boolean;
  identity_key_version: number;
  token: string;
  fields: Record<string, string>;
  confirmations: [string, string][];
}
const { accepted, refused } = vectors<{
  accepted: { name: string; statement: Given; encoded: string; plaintext_sha256: string }[];
  refused: { name: string; plaintext: string; refused: string }[];
}>("statement");

function statementOf(given: Given): Statement {
  return {
    language: given.language,
    rules: given.rules,
    declaration: given.declaration,
    privacyRead: given.privacy_read,
    identityKeyVersion: given.identity_key_version,
    token: fromHex(given.token),
    fields: given.fields,
    confirmations: given.confirmations,
  };
}

for (const vector of accepted) {
  test(`a statement has one encoding and reads back: ${vector.name}`, async () => {
    const statement = statementOf(vector.statement);
    const encoded = encode(statement);
    assert.equal(hex(encoded), vector.encoded);
    const plaintext = pad(encoded);
    assert.equal(hex(await sha256(plaintext)), vector.plaintext_sha256);
    assert.deepEqual({ ...parse(plaintext), confirmations: [] }, { ...statement, confirmations: [] });
    assert.equal(hex(encode(parse(plaintext))), vector.encoded);
  });
}

for (const vector of refused) {
  test(`a malformed statement is refused: ${vector.name}`, async () => {
    assert.equal(await codeOf(() => parse(fromBase64(vector.plaintext))), vector.refused);
  });
}

const whole = statementOf(accepted[0]!.statement);

test("a statement that does not fit the padding is refused before it is sealed", async () => {
  const fields = Object.fromEntries(["a", "b", "c", "d", "e"].map((field) => [field, "x".repeat(1000)]));
  assert.equal(await codeOf(() => encode({ ...whole, fields })), "statement-too-long");
  assert.equal(await codeOf(() => pad(new Uint8Array(4095))), "statement-too-long");
  assert.equal(pad(new Uint8Array(4094)).length, 4096);
  assert.equal(pad(new Uint8Array(2046)).length, 2048);
});

test("nothing malformed can be encoded", async () => {
  const changes: Partial<Statement>[] = [
    { language: "English" },
    { rules: "" },
    { identityKeyVersion: 1 },
    { fields: { family_names: "" } },
    { fields: { family_names: " x" } },
    { fields: { family_names: "e\u0301" } },
    { fields: { "Family names": "x" } },
    { fields: { family_names: "\ud800" } },
    { confirmations: [["id_number", "a"], ["id_number", "a"]] },
    { confirmations: [["id_number", "Number"]] },
  ];
  for (const change of changes) assert.equal(await codeOf(() => encode({ ...whole, ...change })), "statement-malformed", JSON.stringify(change));
});

test("what was typed is trimmed and composed, and otherwise left alone", () => {
  assert.equal(tidy("  O\u0301 Do\u0301naill \u00a0"), "Ó Dónaill");
  assert.equal(tidy("ŻERAFA ß"), "ŻERAFA ß");
  assert.equal(tidy("\u200b Amato\u200b\ufeff"), "Amato");
});

test("a value that has no room or cannot be seen is told from one that can stand", () => {
  assert.equal(problemOf("x".repeat(1024)), null);
  assert.equal(problemOf("x".repeat(1025)), "too-long");
  assert.equal(problemOf("ж".repeat(513)), "too-long");
  for (const sign of ["\u0000", "\u0085", "\u2028", "\ufeff", "\ud800"]) assert.equal(problemOf(`a${sign}b`), "characters");
});
