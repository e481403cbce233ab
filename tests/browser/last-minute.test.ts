// The end of the period by the server's clock: on both days when clocks change, on devices whose clock is wrong or that slept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarOf } from "../../src/civium/browser/calendar";
import { sayLeft } from "../../src/civium/browser/last-minute";
import { brusselsDate, endOf } from "../../src/civium/browser/law-periods";

test("a day ends at midnight in Brussels, in winter, in summer and when the clocks change", () => {
  const ends: Readonly<Record<string, string>> = {
    "2026-01-31": "2026-01-31T23:00:00.000Z",
    "2026-03-28": "2026-03-28T23:00:00.000Z",
    "2026-03-29": "2026-03-29T22:00:00.000Z",
    "2026-07-15": "2026-07-15T22:00:00.000Z",
    "2026-10-24": "2026-10-24T22:00:00.000Z",
    "2026-10-25": "2026-10-25T23:00:00.000Z",
    "2026-12-31": "2026-12-31T23:00:00.000Z",
  };
  for (const [day, end] of Object.entries(ends)) {
    assert.equal(new Date(endOf(day)).toISOString(), end);
    assert.equal(brusselsDate(new Date(endOf(day) - 1)), day);
    assert.ok(brusselsDate(new Date(endOf(day))) > day);
  }
});

test("the calendar counts from the server's word, whatever the device's clock says, and is put right by another", () => {
  let elapsed = 5_000;
  const calendar = calendarOf("Sun, 25 Oct 2026 22:59:59 GMT", () => elapsed);
  assert.equal(calendar.today(), "2026-10-25");
  elapsed += 1_000;
  assert.equal(calendar.today(), "2026-10-26");
  assert.equal(calendar.now(), endOf("2026-10-25"));
  calendar.correct("not a date");
  calendar.correct(null);
  assert.equal(calendar.today(), "2026-10-26");
  calendar.correct("Tue, 27 Oct 2026 09:00:00 GMT");
  assert.equal(calendar.today(), "2026-10-27");
  assert.throws(() => calendarOf(null, () => 0), { code: "no-calendar" });
});

test("the time left is told in hours and minutes, at the very end in seconds", () => {
  const [second, minute, hour] = [1_000, 60_000, 3_600_000];
  assert.equal(sayLeft(23 * hour + 5 * minute + 59 * second), "23 h 05 min");
  assert.equal(sayLeft(59 * minute), "59 min");
  assert.equal(sayLeft(10 * minute), "10 min");
  assert.equal(sayLeft(10 * minute - 1), "9 min 59 s");
  assert.equal(sayLeft(7 * second), "0 min 07 s");
});
