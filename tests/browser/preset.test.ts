// What a campaign's link may set: known States, codes in their form, nothing else; and what is told of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { totalOf } from "../../src/civium/browser/counter-main";
import { delay, read, told } from "../../src/civium/browser/preset";

const states = ["ES", "EL", "MT"];
const nothing = { state: null, source: null };

test("a State that is known and a code in its form are read", () => {
  assert.deepEqual(read("#state=ES&source=rail-forum", states), { state: "ES", source: "rail-forum" });
  assert.deepEqual(read("#source=stand-7", states), { state: null, source: "stand-7" });
  assert.deepEqual(read("#state=EL", states), { state: "EL", source: null });
});

test("whatever is not known is passed over", () => {
  for (const fragment of ["#", "#support", "#/screen/home", "#state=", "#state=es", "#state=US", "#state=__proto__", "#name=Eve&id_number=1", "#source=", "#source=Rail", "#source=a--b", "#source=-a", "#source=a%20b", `#source=${"a".repeat(33)}`, "#%", "#state=%E0%A4%A"]) {
    assert.deepEqual(read(fragment, states), nothing, fragment);
  }
  assert.equal(read(`#source=${"a".repeat(32)}`, states).source, "a".repeat(32));
});

test("what is told is the collection and the code, and nothing besides", () => {
  const body = told("000102030405060708090a0b0c0d0e0f", "rail-forum");
  assert.deepEqual([...body.slice(0, 16)], [...Array(16).keys()]);
  assert.equal(new TextDecoder().decode(body.slice(16)), "rail-forum");
});

test("it is told between 5 and 35 seconds later", () => {
  assert.equal(delay(0), 5_000);
  assert.ok(delay(2 ** 32 - 1) < 35_000);
  assert.equal(Math.round(delay(2 ** 31)), 20_000);
});

test("a counter takes a whole number and nothing else for a total", () => {
  assert.equal(totalOf({ received: 612_480, goal: 1_000_000 }), 612_480);
  for (const reply of [null, 7, "7", [], {}, { received: "7" }, { received: -1 }, { received: 1.5 }, { received: Infinity }]) assert.equal(totalOf(reply), null);
});
