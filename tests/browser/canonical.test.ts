// Canonical JSON: one spelling for one value.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../src/civium/browser/bytes";
import { encode, parse } from "../../src/civium/browser/canonical";
import { codeOf } from "./vectors";

const text = (raw: Uint8Array): string => new TextDecoder().decode(raw);

test("keys stand in the order of code points, not of UTF-16", () => {
  assert.equal(text(encode({ "\u{1f600}": 1, "\uff5e": 2, b: [true, "ä\n"], a: {} })), '{"a":{},"b":[true,"ä\\n"],"～":2,"😀":1}');
});

test("the one spelling is read, and no other", async () => {
  assert.deepEqual(parse(utf8('{"a":1,"b":["x",false]}'), 100), { a: 1, b: ["x", false] });
  const others = ['{"b":1,"a":1}', '{"a": 1}', '{"a":1,"a":1}', "1.0", "1e2", "-0", "null", "[null]", "9007199254740992", '"\\u0061"', '"\\ud800"', "\ufeff1", "", "01", '{"a":1}\n'];
  for (const other of others) assert.equal(await codeOf(() => parse(utf8(other), 100)), "json-malformed", other);
  assert.equal(await codeOf(() => parse(Uint8Array.of(0x22, 0xff, 0x22), 100)), "json-malformed");
});

test("limits come first", async () => {
  assert.equal(await codeOf(() => parse(utf8('"12345"'), 6)), "json-too-large");
  assert.equal(await codeOf(() => parse(utf8(`${"[".repeat(40)}${"]".repeat(40)}`), 1000)), "json-malformed");
});
