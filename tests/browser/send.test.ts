// Sending: the same bytes until there is an answer; what each answer means.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, type Outcome, type Progress, type Wire, send } from "../../src/civium/browser/send";

const BYTES = Uint8Array.of(1, 2, 3);
const answer = (status: number, type = "", text = "", retryAfter: string | null = null): Answer => ({ status, type, text, retryAfter });
const receipt = answer(200, "text/plain; charset=utf-8", "a receipt");

interface Story {
  readonly outcome: Outcome;
  readonly told: readonly Progress[];
  readonly waits: readonly number[];
  readonly sent: readonly Uint8Array[];
}

/** Plays a story: what comes back each time (null: nothing), and how the sender took it. */
async function play(answers: readonly (Answer | null)[], isOnline = true): Promise<Story> {
  const [told, waits, sent]: [Progress[], number[], Uint8Array[]] = [[], [], []];
  const wire: Wire = {
    async post(body) {
      sent.push(body);
      const next = answers[sent.length - 1];
      if (next === undefined) throw new Error("the story has ended");
      if (next === null) throw new TypeError("Failed to fetch");
      return next;
    },
    async pause(milliseconds) {
      waits.push(milliseconds);
    },
    isOnline: () => isOnline,
  };
  return { outcome: await send(BYTES, wire, (progress) => told.push(progress)), told, waits, sent };
}

test("an answer at once is the outcome", async () => {
  const { outcome, told, waits } = await play([receipt]);
  assert.deepEqual(outcome, { kind: "receipt", text: "a receipt" });
  assert.deepEqual([told, waits], [["sending"], []]);
});

test("lost answers are asked for again with the same bytes, with growing waits, and then called unknown", async () => {
  const { outcome, told, waits, sent } = await play([...new Array<null>(9).fill(null), receipt]);
  assert.equal(outcome.kind, "receipt");
  assert.ok(sent.every((body) => body === BYTES));
  assert.deepEqual(told, ["sending", "again", "again", "again", ...new Array<Progress>(6).fill("unknown")]);
  waits.forEach((wait, at) => {
    const usual = Math.min(1000 * 2 ** at, 60_000);
    assert.ok(wait >= usual * 0.75 && wait <= usual * 1.25, `${at}: ${wait}`);
  });
});

test("a full server is believed about how long to wait", async () => {
  const { told, waits } = await play([answer(503, "", "", "7"), answer(429, "", "", "3600"), receipt]);
  assert.deepEqual(told, ["sending", "busy", "busy"]);
  assert.deepEqual(waits, [7000, 120_000]);
});

test("a first try that takes long is told so, once", async () => {
  const told: Progress[] = [];
  let tries = 0;
  const wire: Wire = {
    async post(_body, slow = () => undefined) {
      slow();
      tries += 1;
      if (tries < 3) throw new TypeError("Failed to fetch");
      return receipt;
    },
    pause: async () => undefined,
    isOnline: () => true,
  };
  await send(BYTES, wire, (progress) => told.push(progress));
  assert.deepEqual(told, ["sending", "slow", "again", "again"]);
});

test("being offline is called so", async () => {
  assert.deepEqual((await play([null, receipt], false)).told, ["sending", "offline"]);
});

test("a refusal with a code is final", async () => {
  for (const status of [400, 403, 404, 409, 413, 415]) {
    const { outcome } = await play([answer(status, "application/json", '{"code":"collection-ended","facts":{}}')]);
    assert.deepEqual(outcome, { kind: "refused", code: "collection-ended" });
  }
});

test("a stranger in the middle is not the server: nothing but plain text is a receipt, nothing without a code a refusal", async () => {
  const strange = [
    answer(200, "text/html", "<title>Log on</title>"),
    answer(403, "text/html", "blocked"),
    answer(403, "application/json", "{}"),
    answer(403, "application/json", '{"code":"Ende Gelände"}'),
    answer(403, "application/json", "not JSON"),
    answer(302),
    answer(500, "application/json", '{"code":"broken"}'),
    answer(408, "application/json", '{"code":"slow"}'),
  ];
  const { outcome, sent } = await play([...strange, receipt]);
  assert.deepEqual([outcome.kind, sent.length], ["receipt", strange.length + 1]);
});
