// Receipts: all seven checks, each of them broken.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, base64, hex } from "../../src/civium/browser/bytes";
import { nativeCheck } from "../../src/civium/browser/ed25519";
import { fallbackCheck } from "../../src/civium/browser/ed25519-fallback";
import { Refused, Untrusted } from "../../src/civium/browser/errors";
import { type Expected, check, encode, failedStep, identifier, parse } from "../../src/civium/browser/receipt";
import { dayOf, daysOf } from "../../src/civium/browser/words";
import { codeOf, fromBase64, fromHex, vectors } from "./vectors";

interface Vector {
  name: string;
  receipt: string;
  envelope_hash: string;
  erasure_commitment: string;
  origin: string;
  log_key: string;
  today: string;
}
const { accepted, refused } = vectors<{
  accepted: (Vector & { identifier: string })[];
  refused: (Vector & { refused: string; step?: number })[];
}>("receipt");

function expectedOf(vector: Vector): Expected {
  return {
    envelopeHash: fromHex(vector.envelope_hash),
    erasureCommitment: fromHex(vector.erasure_commitment),
    origin: vector.origin,
    logKey: fromBase64(vector.log_key),
    today: daysOf(vector.today),
  };
}

async function failureOf(text: string, expected: Expected): Promise<[string, number]> {
  try {
    await check(text, expected, nativeCheck);
  } catch (error) {
    if (error instanceof Refused || error instanceof Untrusted) return [error.code, failedStep(error)];
    throw error;
  }
  return assert.fail("the receipt was believed");
}

test("every receipt of the vectors is believed, by both ways of checking a signature", async () => {
  for (const vector of accepted) {
    for (const isSignature of [nativeCheck, fallbackCheck]) {
      const { leaf, index, checkpoint } = await check(vector.receipt, expectedOf(vector), isSignature);
      assert.equal(hex(leaf.envelopeHash), vector.envelope_hash);
      assert.ok(index < checkpoint.size);
    }
    assert.equal(encode(parse(vector.receipt)), vector.receipt);
    assert.equal(identifier(fromHex(vector.envelope_hash)), vector.identifier);
  }
});

for (const vector of refused) {
  test(`a receipt is not believed: ${vector.name}`, async () => {
    const [code, step] = await failureOf(vector.receipt, expectedOf(vector));
    assert.equal(code, vector.refused);
    if (vector.step !== undefined) assert.equal(step, vector.step);
  });
}

const good: Vector = accepted[0]!;
const flip = (bytes: Bytes): Bytes => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte));

test("each of the seven checks alone is enough to doubt a receipt", async () => {
  const expected = expectedOf(good);
  const receipt = parse(good.receipt);
  const day = expected.today!;
  const lines = good.receipt.split("\n");
  const signature = lines.findIndex((line) => line.startsWith("\u2014 "));
  const [start, encoded] = [lines[signature]!.slice(0, lines[signature]!.lastIndexOf(" ") + 1), lines[signature]!.split(" ").at(-1)!];
  const forged = fromBase64(encoded).map((byte, at) => (at === 10 ? byte ^ 1 : byte));
  const unsigned = lines.map((line, at) => (at === signature ? start + base64(forged) : line)).join("\n");
  const cases: [number, string, string, Expected][] = [
    [0, "receipt-malformed", `${good.receipt}x`, expected],
    [1, "receipt-mismatch", good.receipt, { ...expected, envelopeHash: flip(expected.envelopeHash) }],
    [2, "receipt-mismatch", good.receipt, { ...expected, erasureCommitment: flip(expected.erasureCommitment) }],
    [3, "receipt-mismatch", good.receipt, { ...expected, today: day + 2 }],
    [3, "receipt-mismatch", good.receipt, { ...expected, today: day - 3 }],
    [4, "receipt-mismatch", encode({ ...receipt, proof: receipt.proof.map((hash, at) => (at === 0 ? flip(hash) : hash)) }), expected],
    [4, "receipt-mismatch", encode({ ...receipt, index: 1_000_000 }), expected],
    [5, "receipt-mismatch", good.receipt, { ...expected, origin: `0${expected.origin}` }],
    [6, "note-signature", unsigned, expected],
    [6, "note-not-signed", good.receipt, { ...expected, logKey: flip(expected.logKey) }],
  ];
  for (const [step, code, text, wanted] of cases) assert.deepEqual(await failureOf(text, wanted), [code, step]);
});

test("an old receipt is believed where freshness is not asked", async () => {
  await check(good.receipt, { ...expectedOf(good), today: null }, nativeCheck);
});

test("a receipt with other spellings of the same is malformed", async () => {
  const changes = [
    good.receipt.replace("index 0", "index 00"),
    good.receipt.replace("index 0", "index 99999999999999999"),
    good.receipt.replace("index 0", "Index 0"),
    good.receipt.replace("extra ", "extra  "),
    good.receipt.replace("v1\n", "v2\n"),
    good.receipt.replaceAll("\n", "\r\n"),
    good.receipt.replace(/\n\n.*/s, "\n\n"),
    good.receipt + "\n".repeat(80_000),
    "",
  ];
  for (const change of changes) assert.equal(await codeOf(() => parse(change)), "receipt-malformed", JSON.stringify(change.slice(0, 60)));
});

test("days and dates lead to each other", () => {
  assert.equal(dayOf(daysOf("2026-11-21")), "2026-11-21");
  assert.equal(dayOf(0), "1970-01-01");
});
