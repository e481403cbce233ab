// The browser's law answers every vector as the specification says; tests/law/ holds Python to the same files.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { brusselsDate, phase } from "../../src/civium/browser/law-periods";
import {
  type AgeRule,
  birthDateInside,
  checkDigitsAgree,
  checkNumber,
  checkPostalCode,
  faults,
  hints,
  isOldEnough,
  isRealDateText,
  missingFields,
  nameHints,
  normalise,
  noticesFor,
  numberHints,
  oldEnoughFrom,
  type Rules,
  trim,
  type Values,
} from "../../src/civium/browser/law";

interface NumberVectors {
  on: string;
  normalise: { steps: string[]; text: string; gives: string }[];
  trim: { text: string; gives: string }[];
  numbers: { jurisdiction: string; id: string; text: string; hints: string[]; agrees: boolean | null; born_on: string | null }[];
  postal_codes: { country: string; text: string; hints: string[] }[];
  names: { text: string; hints: string[] }[];
  forms: {
    procedure: string;
    jurisdiction: string;
    on: string;
    values: Values;
    missing: string[];
    faults: [string, string][];
    hints: [string, string][];
    notices: string[];
  }[];
  rules: Record<string, Rules>;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(`vectors/${name}.json`, "utf8")) as T;
}

const vectors = read<NumberVectors>("numbers");

function rulesOf(procedure: string): Rules {
  const rules = vectors.rules[procedure];
  assert.ok(rules);
  return rules;
}

const eci = rulesOf("eci");

function numberOf(code: string, id: string) {
  const place = eci.jurisdictions[code];
  const number = place?.numbers.find((accepted) => accepted.id === id);
  assert.ok(place && number);
  return { place, number };
}

test("values are trimmed and composed, nothing else", () => {
  assert.ok(vectors.trim.length > 3);
  for (const { text, gives } of vectors.trim) assert.equal(trim(text), gives, JSON.stringify(text));
});

test("normalisation steps give what the specification says", () => {
  assert.ok(vectors.normalise.length > 10);
  for (const { steps, text, gives } of vectors.normalise) assert.equal(normalise(steps, text), gives, JSON.stringify([steps, text]));
});

test("every number deserves exactly the hints of its vector", () => {
  assert.ok(vectors.numbers.length > 400);
  for (const { jurisdiction, id, text, hints: expected, agrees, born_on } of vectors.numbers) {
    const { place, number } = numberOf(jurisdiction, id);
    const normalised = normalise(number.normalise, trim(text));
    assert.deepEqual(numberHints(number, place.age, text, vectors.on), expected, `${jurisdiction} ${id} ${text}`);
    assert.equal(checkNumber(number, place.age, text, vectors.on), expected[0] ?? null);
    assert.equal(number.check === null ? null : checkDigitsAgree(number.check, normalised), agrees, `${jurisdiction} ${text}`);
    assert.equal(number.birth === null ? null : birthDateInside(number.birth, normalised, vectors.on), born_on, `${jurisdiction} ${text}`);
  }
});

test("a postal code is compared with the pattern of its country", () => {
  for (const { country, text, hints: expected } of vectors.postal_codes) {
    assert.equal(checkPostalCode(eci, country, text), expected[0] ?? null, `${country} ${text}`);
  }
});

test("names in Latin, Greek and Cyrillic letters deserve no hint, mixed words and digits do", () => {
  for (const { text, hints: expected } of vectors.names) assert.deepEqual(nameHints(eci, text), expected, text);
});

test("a whole form has the faults, hints and notices of its vector", () => {
  assert.ok(vectors.forms.length > 25);
  for (const row of vectors.forms) {
    const rules = rulesOf(row.procedure);
    const form = rules.jurisdictions[row.jurisdiction];
    assert.ok(form);
    const pairs = (found: readonly { field: string; code: string }[]) => found.map(({ field, code }) => [field, code]);
    assert.deepEqual(missingFields(form, row.values), row.missing, JSON.stringify(row));
    assert.deepEqual(pairs(faults(rules, form, row.values, row.on)), row.faults, JSON.stringify(row));
    assert.deepEqual(pairs(hints(rules, form, row.values, row.on)), row.hints, JSON.stringify(row));
    assert.deepEqual(noticesFor(form, row.values).map((notice) => notice.id), row.notices, JSON.stringify(row));
  }
});

test("a step, a check or a date of birth that the specification does not know is an error, never a pass", () => {
  assert.throws(() => normalise(["reverse"], "1"), /procedure-step-unknown/);
  assert.throws(() => checkDigitsAgree("xx", "1"), /procedure-check-unknown/);
  assert.throws(() => birthDateInside("xx", "1", vectors.on), /procedure-birth-unknown/);
});

test("age is reached on the day of the vector, not the day before", () => {
  const { ages } = read<{ ages: (AgeRule & { born_on: string; on: string; from: string; old_enough: boolean })[] }>("ages");
  assert.ok(ages.length > 100);
  for (const row of ages) {
    assert.equal(oldEnoughFrom(row, row.born_on), row.from, JSON.stringify(row));
    assert.equal(isOldEnough(row, row.born_on, row.on), row.old_enough, JSON.stringify(row));
  }
});

test("only days that exist are dates", () => {
  for (const text of ["2024-02-29", "2000-02-29", "1999-12-31"]) assert.ok(isRealDateText(text), text);
  for (const text of ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "24-01-01", "2024-1-1", ""]) assert.ok(!isRealDateText(text), text);
});

test("the date in Brussels and the phase of collection are those of the vectors", () => {
  const { instants, periods } = read<{
    instants: { now: string; day: string }[];
    periods: { opens_on: string; closes_on: string; today: string; phase: string }[];
  }>("periods");
  assert.ok(instants.length > 100);
  for (const { now, day } of instants) assert.equal(brusselsDate(new Date(now)), day, now);
  for (const row of periods) assert.equal(phase(row.opens_on, row.closes_on, row.today), row.phase, JSON.stringify(row));
});
