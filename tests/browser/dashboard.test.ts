// The dashboard renews itself politely, and puts nothing in its place but its own part.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, isPart, pause } from "../../src/civium/browser/dashboard";

test("it asks once a minute at most, and less while asking fails", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 12].map(pause), [60, 120, 240, 480, 960, 960]);
});

test("only a whole page of ours is put in place", () => {
  assert.ok(isPart(200, "text/html; charset=utf-8"));
  for (const [status, type] of [[200, "text/plain"], [200, null], [303, "text/html"], [401, "text/html"], [500, "text/html"], [0, null]] as const) {
    assert.ok(!isPart(status, type), `${status} ${type}`);
  }
});

test("whoever is logged off, or may not see it any more, asks no further", () => {
  assert.deepEqual([401, 403, 404, 200, 500, 0].map(isOver), [true, true, true, false, false, false]);
});
