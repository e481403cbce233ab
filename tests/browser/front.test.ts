// The front page's filter: letters without their marks, every word, in any order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { holds, plain } from "../../src/civium/browser/front-main";

test("marks, capitals and the last sigma make no difference", () => {
  assert.equal(plain("Čeština"), plain("cestina"));
  assert.equal(plain("ΤΡΈΝΑ ΤΗΣ ΝΎΧΤΑΣ"), plain("τρενα της νυχτας"));
  assert.equal(plain("Ħobż, Łódź, København"), "hobz, lodz, kobenhavn");
  assert.equal(plain("Нощни влакове"), "нощни влакове");
});

test("every word must be there, in any order; nothing typed shows all", () => {
  const card = "European citizens’ initiative · ECI(2026)000001 Night trains for every capital";
  assert.equal(holds(card, "capital night"), true);
  assert.equal(holds(card, "ECI(2026)"), true);
  assert.equal(holds(card, "night buses"), false);
  assert.equal(holds(card, "  "), true);
});
