// Identity keys: the same folding of names and numbers as at the authority.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../src/civium/browser/bytes";
import { foldName, foldNumber, identityKey } from "../../src/civium/browser/identity-key";
import { vectors } from "./vectors";

interface Folding {
  typed: string;
  folded: string;
}
const { numbers, names, keys } = vectors<{
  numbers: Folding[];
  names: Folding[];
  keys: { jurisdiction: string; fields: Record<string, string>; key: string }[];
}>("identity-key");

test("every number is folded as the vectors say", () => {
  for (const { typed, folded } of numbers) assert.equal(foldNumber(typed), folded, typed);
});

test("every name is folded as the vectors say", () => {
  for (const { typed, folded } of names) assert.equal(foldName(typed), folded, typed);
});

test("every identity key is the one the authority makes", () => {
  for (const { jurisdiction, fields, key } of keys) assert.equal(hex(identityKey(jurisdiction, fields)), key);
});
