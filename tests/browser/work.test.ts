// Proof of work: the vectors' challenges are solved and travel as written; what goes wrong while typing is tried again when sending.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { hex } from "../../src/civium/browser/bytes";
import type { Answer } from "../../src/civium/browser/send";
import { type Workshop, effortOf, encodeWork, isAnotherNeeded, parseChallenge } from "../../src/civium/browser/work";
import { digest, solve } from "../../src/civium/browser/work-solve";
import { codeOf, vectors } from "./vectors";

interface Vectors {
  challenges: { reply: string; number: number; work: string }[];
  unreadable: { name: string; reply: string }[];
}

const given = vectors<Vectors>("challenge");
const answer = (status: number, type: string, text: string): Answer => ({ status, type, text, retryAfter: null });

test("our SHA-256 is SHA-256, at every length up to three blocks", () => {
  for (let length = 0; length <= 192; length += 1) {
    const text = "0123456789abcdef".repeat(12).slice(0, length);
    assert.equal(digest(text), createHash("sha256").update(text).digest("hex"), String(length));
  }
});

test("a challenge is solved with its number, and the solution travels as written", () => {
  for (const { reply, number, work } of given.challenges) {
    const challenge = parseChallenge(reply)!;
    assert.equal(solve(challenge), number);
    assert.equal(hex(encodeWork(challenge, number)), work);
    assert.equal(solve({ ...challenge, most: number - 1 }), -1);
  }
});

test("what is no challenge is refused; none is asked for with zero", async () => {
  for (const { name, reply } of given.unreadable) assert.equal(await codeOf(() => parseChallenge(reply)), "challenge-malformed", name);
  assert.equal(parseChallenge('{"algorithm":"SHA-256","challenge":"","maxnumber":0,"salt":"","signature":""}'), null);
});

/** A workshop that answers as told, and counts. */
function workshop(answers: (Answer | null)[]): Workshop & { asked: number; waited: number } {
  const shop = {
    asked: 0,
    waited: 0,
    async fetchChallenge() {
      const next = answers[shop.asked];
      shop.asked += 1;
      if (!next) throw new TypeError("Failed to fetch");
      return next;
    },
    wire: {
      async pause() {
        shop.waited += 1;
      },
      isOnline: () => true,
    },
    solve: async (riddle: Parameters<typeof solve>[0]) => solve(riddle),
  };
  return shop;
}

const [first, second] = given.challenges as [Vectors["challenges"][0], Vectors["challenges"][0]];
const good = (reply: string): Answer => answer(200, "application/json", reply);

test("one challenge is fetched and serves until another is needed", async () => {
  const shop = workshop([good(first.reply), good(second.reply)]);
  const effort = effortOf(shop);
  effort.begin();
  assert.deepEqual([hex(await effort.work()), hex(await effort.work()), shop.asked], [first.work, first.work, 1]);
  effort.again();
  assert.deepEqual([hex(await effort.work()), shop.asked], [second.work, 2]);
});

test("lost and busy answers are asked for again; a page that is too old says so when it is sent", async () => {
  const shop = workshop([null, answer(503, "application/json", "{}"), answer(200, "text/html", "<title>Log on</title>"), good(first.reply)]);
  assert.equal(hex(await effortOf(shop).work()), first.work);
  assert.deepEqual([shop.asked, shop.waited], [4, 3]);
  const old = workshop([answer(404, "application/json", '{"code":"unknown-collection"}'), good(first.reply)]);
  const effort = effortOf(old);
  effort.begin();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(hex(await effort.work()), first.work, "what failed in the background is tried anew");
});

test("a collection that asks for no work gets none", async () => {
  const shop = workshop([good('{"algorithm":"SHA-256","challenge":"","maxnumber":0,"salt":"","signature":""}')]);
  assert.equal((await effortOf(shop).work()).length, 0);
});

test("only refusals of a challenge are answered with another", () => {
  assert.deepEqual(["challenge-spent", "challenge-expired", "challenge-forged", "challenge-missing"].map(isAnotherNeeded), [true, true, true, true]);
  assert.deepEqual(["challenge-malformed", "collection-ended", "too-many"].map(isAnotherNeeded), [false, false, false]);
});
