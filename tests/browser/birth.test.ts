// A date typed in three parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { birthDate, birthOrder, wholeDate } from "../../src/civium/browser/birth";

test("three parts make one date, whatever zeros were typed", () => {
  assert.deepEqual(birthDate("7", " 3", "1985 "), { value: "1985-03-07", problem: null });
  assert.deepEqual(birthDate("07", "03", "1985"), { value: "1985-03-07", problem: null });
  assert.deepEqual(birthDate("", " ", ""), { value: "", problem: null });
});

test("what is missing or unreadable is told apart", () => {
  assert.equal(birthDate("7", "", "1985").problem, "part");
  assert.equal(birthDate("7", "3", "85").problem, "year");
  assert.equal(birthDate("7", "March", "1985").problem, "unreal");
  assert.equal(birthDate("007", "3", "1985").problem, "unreal");
  assert.equal(birthDate("7", "3", "19x5").problem, "unreal");
});

test("figures of full width, a stop after a figure and spaces that cannot be seen are figures all the same", () => {
  assert.deepEqual(birthDate("７", "３.", "\u200b1985\u00a0"), { value: "1985-03-07", problem: null });
});

test("the parts stand in the order of the language; where the browser does not know it, the day comes first", () => {
  for (const language of ["hu", "lt", "sv"]) assert.deepEqual(birthOrder(language), ["year", "month", "day"], language);
  for (const language of ["bg", "de", "el", "en", "fi", "fr", "lv", "pt", "xx"]) assert.deepEqual(birthOrder(language), ["day", "month", "year"], language);
});

test("a whole date put into one field is taken apart, and nothing else is", () => {
  const date = { day: "7", month: "3", year: "1985" };
  for (const text of ["7.3.1985", "7/3/1985", "7 3 1985", "1985-3-7", "1985. 3. 7.", "7-3-1985"]) assert.deepEqual(wholeDate(text), date, text);
  for (const text of ["7", "7.3.", "1985", "7.3.85", "March 7, 1985", "12345 3 1985"]) assert.equal(wholeDate(text), null, text);
});
