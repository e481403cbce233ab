// Figures that are renewed while one looks are written as the server wrote them, and only from a whole reply.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inPercent, pause, readCounts, written } from "../../src/civium/browser/progress";

const english = { grouping: ",", percent: "0%" };
const french = { grouping: "\u202f", percent: "0\u202f%" };

test("thousands are set apart as the page does", () => {
  assert.deepEqual([0, 999, 1000, 612480, 2000000].map((count) => written(count, english)), ["0", "999", "1,000", "612,480", "2,000,000"]);
  assert.equal(written(1234567, french), "1\u202f234\u202f567");
});

test("a share is rounded down, so that a threshold is reached when it is reached", () => {
  assert.equal(inPercent(4319 / 4320, english), "99%");
  assert.equal(inPercent(1, english), "100%");
  assert.equal(inPercent(412.1 / 100, french), "412\u202f%");
  assert.equal(inPercent(16, english), "1,600%");
});

test("after failures it asks later and later, and at least every sixteen minutes", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(pause), [60, 120, 240, 480, 960, 960]);
});

test("a reply that is not counts is none", () => {
  const whole = { received: 3, goal: 10, jurisdictions: { ES: 2, MT: 0 } };
  assert.deepEqual(readCounts(whole), whole);
  const broken = [null, 3, {}, { ...whole, received: -1 }, { ...whole, goal: "10" }, { ...whole, jurisdictions: { ES: 1.5 } }, { ...whole, jurisdictions: null }, { code: "not-counted-yet", facts: {} }];
  for (const reply of broken) assert.equal(readCounts(reply), null, JSON.stringify(reply));
});
