// What a number or a name may have been meant to be.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { AcceptedNumber } from "../../src/civium/browser/law";
import { holdsBoth, nameMistake, nameNote, nearNumber } from "../../src/civium/browser/near";

const accepted = (id: string, pattern: string, more: Partial<AcceptedNumber> = {}): AcceptedNumber => ({
  id,
  label: { es: id },
  format: null,
  pattern,
  normalise: ["nfkc", "upper", "strip_spaces", "dashes", "strip:-./"],
  check: null,
  example: null,
  birth: null,
  not_national: null,
  ...more,
});
const dni = accepted("dni", "^\\d{8}[A-Z]$", { check: "es-dni", example: "00000000T" });
const passport = accepted("passport", "^[A-Z]{2,3}\\d{6}$", { format: "LLLNNNNNN" });
const near = (typed: string, number = dni): ReturnType<typeof nearNumber> => nearNumber(number, [dni, passport], typed);

test("a letter in the place of a figure is found where the check digits then agree, with the fewest changes", () => {
  assert.equal(near("OOOOOOOOT"), null, "so many are no slip of the finger");
  assert.deepEqual(near("0000000oT"), { kind: "zero", number: "00000000T" });
  assert.deepEqual(near("0000 000I-R"), { kind: "zero", number: "00000001R" });
  assert.deepEqual(near("AOC12345O", passport), { kind: "zero", number: "AOC123450" });
});

test("letters of another alphabet are told first", () => {
  assert.deepEqual(near("0000000ОТ"), { kind: "alphabet" });
  assert.deepEqual(near("00000000Τ"), { kind: "alphabet" });
});

test("the number of another document is recognised, and a wrong length is counted", () => {
  assert.deepEqual(near("ABC123456"), { kind: "other", other: passport });
  assert.deepEqual(near("00000000T", passport), { kind: "other", other: dni });
  assert.deepEqual(near("0000000T"), { kind: "length", typed: 8, usual: 9 });
  assert.deepEqual(near("000000000000T", passport), { kind: "length", typed: 13, usual: 9 });
  assert.equal(near("T00000000"), null);
});

test("names that hold something else are told, names of all kinds are not", () => {
  assert.equal(nameMistake("anna@example.org"), "email");
  assert.equal(nameMistake("Anna2"), "figures");
  for (const name of ["Ó Dhuibhir", "D’Amico", "Vidal-Torres", "MONTORO", "Иванов", "Ng", "Maria do Ó", "Drago", "Ingrid", "Magdalena"]) {
    assert.equal(nameMistake(name), null, name);
    assert.equal(nameNote(name), null, name);
  }
  for (const name of ["Dr. Anna", "Dr Anna", "Mag. Anna", "Prof. Anna", "д-р Анна", "Δρ. Άννα", "Frau Anna"]) assert.equal(nameNote(name), "title", name);
  assert.equal(nameNote("x".repeat(200)), null);
  assert.equal(nameNote("x".repeat(201)), "long");
});

test("a full name filled into the first names is seen, one name in both fields is not", () => {
  assert.ok(holdsBoth("Aurelia Montoro Vidal", "montoro vidal"));
  assert.ok(!holdsBoth("Aurelia", "Montoro"));
  assert.ok(!holdsBoth("Suharto", "Suharto"));
  assert.ok(!holdsBoth("Annabel", "Anna"));
  assert.ok(!holdsBoth("Anna", ""));
});
