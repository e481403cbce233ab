// A date typed in three parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { birthDate } from "../../src/civium/browser/birth";

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
