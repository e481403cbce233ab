// A State is found by typing, by each of the names people have for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findable, fitting } from "../../src/civium/browser/finder";
import { wordsOf } from "../../src/civium/browser/words";

const CODES = "AT BE BG HR CY CZ DK EE FI FR DE EL HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split(" ");
const found = (typed: string, language = "en"): string[] => fitting(findable(wordsOf({}, language), CODES), typed).map(({ code }) => code);

test("a State is found in the reader's language, in its own and in English", () => {
  assert.deepEqual(found("Spa"), ["ES"]);
  assert.deepEqual(found("spa", "fi"), ["ES"]);
  assert.deepEqual(found("Espanja", "fi"), ["ES"]);
  assert.deepEqual(found("Германия", "bg"), ["DE"]);
  assert.deepEqual(found("Deutschland", "bg"), ["DE"]);
  assert.deepEqual(found("Ελλ"), ["EL"]);
  assert.deepEqual(found("el"), ["EL"]);
});

test("accents, capitals and more than one word do not matter", () => {
  assert.deepEqual(found("osterreich"), ["AT"]);
  assert.deepEqual(found("ÖSTERREICH"), ["AT"]);
  assert.deepEqual(found("ελλας").length + found("ΕΛΛΑΔΑ").length, 1);
  assert.deepEqual(found("republika", "en").sort(), []);
  assert.deepEqual(found("  suomi "), ["FI"]);
});

test("nothing typed fits nothing, and neither does what is no State", () => {
  for (const typed of ["", "  ", "...", "Norway", "xyz"]) assert.deepEqual(found(typed), []);
  assert.deepEqual(found("s").sort(), ["ES", "FI", "HR", "SE", "SI", "SK"].filter((code) => found("s").includes(code)));
});
