// Receipts examined: what is sound, what is wrong, what could not be checked; and nothing of a receipt is asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, base64, concat, hex, u8, utf8 } from "../../src/civium/browser/bytes";
import { textOf } from "../../src/civium/browser/checkpoint";
import { nativeCheck } from "../../src/civium/browser/ed25519";
import { type KnownCollection, examine, verdictOf } from "../../src/civium/browser/examination";
import { encode as encodeLeaf } from "../../src/civium/browser/leaf";
import { leafHash, nodeHash } from "../../src/civium/browser/merkle";
import { keyHash } from "../../src/civium/browser/note";
import { type Ask, tilePath } from "../../src/civium/browser/public-log";
import { encode, parse } from "../../src/civium/browser/receipt";
import { codeOf, fromBase64, vectors } from "./vectors";

const ORIGIN = "civium.example/00112233445566778899aabbccddeeff/MT/online/1";
const keys = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
const known: KnownCollection = {
  origins: "civium.example/00112233445566778899aabbccddeeff/",
  key: hex(publicKey),
  title: "Night trains",
  language: "en",
  href: "/en/i/night-trains",
};

async function recordOf(at: number): Promise<Bytes> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`entry ${at}`)));
  return encodeLeaf({ receivedOn: 20_778, envelopeHash: hash, erasureCommitment: hash });
}

async function rootOf(hashes: readonly Bytes[]): Promise<Bytes> {
  if (hashes.length === 1) return hashes[0]!;
  const left = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return nodeHash(await rootOf(hashes.slice(0, left)), await rootOf(hashes.slice(left)));
}

async function proofOf(hashes: readonly Bytes[], index: number): Promise<Bytes[]> {
  if (hashes.length === 1) return [];
  const left = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  if (index < left) return [...(await proofOf(hashes.slice(0, left), index)), await rootOf(hashes.slice(left))];
  return [...(await proofOf(hashes.slice(left), index - left)), await rootOf(hashes.slice(0, left))];
}

async function signed(hashes: readonly Bytes[], origin = ORIGIN, by = keys.privateKey): Promise<string> {
  const text = textOf({ origin, size: hashes.length, root: await rootOf(hashes) });
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", by, utf8(text)));
  return `${text}\n\u2014 ${origin} ${base64(concat(await keyHash(origin, publicKey), signature))}\n`;
}

/** Gives what a server answers that publishes a log of these leaves, and what it was asked for. */
function serving(hashes: readonly Bytes[], checkpoint: string): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async ask(path) {
      asked.push(path);
      if (path.endsWith("/checkpoint")) return utf8(checkpoint);
      const [, level, name] = /\/tile\/(\d+)\/(.*)$/.exec(path)!;
      const nodes = level === "0" ? hashes : await Promise.all(Array.from({ length: Math.floor(hashes.length / 256) }, (_, at) => rootOf(hashes.slice(at * 256, at * 256 + 256))));
      const [number = "0", width = "256"] = name!.replace(/x|\//g, "").split(".p");
      return concat(...nodes.slice(Number(number) * 256, Number(number) * 256 + Number(width)));
    },
  };
}

const records = await Promise.all(Array.from({ length: 700 }, (_, at) => recordOf(at)));
const hashes = await Promise.all(records.map(leafHash));

async function receiptOf(index: number, size: number): Promise<string> {
  const then = hashes.slice(0, size);
  return encode({ leaf: records[index]!, index, proof: await proofOf(then, index), checkpoint: await signed(then) });
}

test("a receipt of this site is sound while the public log continues it, whatever the sizes", async () => {
  for (const [index, size, now] of [[0, 1, 1], [0, 1, 2], [2, 3, 700], [255, 256, 700], [299, 300, 513], [500, 512, 512], [511, 512, 600], [699, 700, 700]] as const) {
    const { ask, asked } = serving(hashes.slice(0, now), await signed(hashes.slice(0, now)));
    const found = await examine(await receiptOf(index, size), [known], nativeCheck, ask);
    assert.deepEqual([found.isProven, found.signature, found.present, verdictOf(found)], [true, "good", "holds", "sound"], `${size} of ${now}`);
    assert.deepEqual([found.index, found.jurisdiction, found.collection], [index, "MT", known]);
    assert.ok(asked.every((path) => path.startsWith("/log/00112233445566778899aabbccddeeff/MT/online/1/")));
    assert.equal(new Set(asked).size, asked.length, "nothing is asked for twice");
  }
});

test("tiles are asked for as the present tree has them: nothing tells the size a receipt was made at", async () => {
  const { ask, asked } = serving(hashes.slice(0, 600), await signed(hashes.slice(0, 600)));
  for (const size of [520, 521, 555, 599]) await examine(await receiptOf(5, size), [known], nativeCheck, ask);
  const tiles = new Set(asked.filter((path) => path.includes("/tile/0/")));
  for (const tile of tiles) assert.match(tile, /tile\/0\/(000|001|002\.p\/88)$/);
});

test("without a connection proof and signature are told, and the rest is not taken for sound", async () => {
  const found = await examine(await receiptOf(7, 300), [known], nativeCheck, () => Promise.reject(new TypeError("offline")));
  assert.deepEqual([found.isProven, found.signature, found.present, verdictOf(found)], [true, "good", "unreached", "part"]);
  const cut: Ask = async (path) => (path.endsWith("checkpoint") ? utf8(await signed(hashes)) : u8(1));
  assert.equal((await examine(await receiptOf(7, 300), [known], nativeCheck, cut)).present, "unreached");
});

test("an entry newer than the public log is told to come", async () => {
  const { ask } = serving(hashes.slice(0, 100), await signed(hashes.slice(0, 100)));
  const found = await examine(await receiptOf(200, 300), [known], nativeCheck, ask);
  assert.deepEqual([found.present, verdictOf(found)], ["later", "part"]);
});

test("a log that was closed short of the receipt is told as closed, on its own notice alone", async () => {
  const served = serving(hashes.slice(0, 100), await signed(hashes.slice(0, 100)));
  const notice = { civium: "notice v1", kind: "successor", origin: ORIGIN, successor: `${ORIGIN.slice(0, -1)}2` };
  for (const [told, expected] of [
    [JSON.stringify(notice), "closed"],
    [JSON.stringify({ ...notice, origin: "elsewhere.example/1" }), "later"],
    ["null", "later"],
    ["{", "later"],
  ] as const) {
    const ask: Ask = (path) => (path.endsWith("/successor") ? Promise.resolve(utf8(told)) : served.ask(path));
    const found = await examine(await receiptOf(200, 300), [known], nativeCheck, ask);
    assert.deepEqual([found.present, verdictOf(found)], [expected, "part"]);
  }
});

test("a log that shows another history, or that its key did not sign, is wrong", async () => {
  const other = await Promise.all(records.map((record) => leafHash(record.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))));
  for (const [now, checkpoint] of [
    [other, await signed(other)],
    [other.slice(0, 300), await signed(other.slice(0, 300))],
    [hashes, (await signed(hashes)).replace("\n700\n", "\n699\n")],
    [hashes, await signed(hashes, ORIGIN.replace("MT", "ES"))],
  ] as const) {
    const found = await examine(await receiptOf(7, 300), [known], nativeCheck, serving(now, checkpoint).ask);
    assert.deepEqual([found.present, verdictOf(found)], ["broken", "wrong"]);
  }
});

test("a receipt that was changed or is signed by another is wrong, and no log is asked", async () => {
  const { ask, asked } = serving(hashes, await signed(hashes));
  const good = parse(await receiptOf(7, 300));
  const moved = await examine(encode({ ...good, index: 8 }), [known], nativeCheck, ask);
  assert.deepEqual([moved.isProven, verdictOf(moved)], [false, "wrong"]);
  const stranger = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const forged = await signed(hashes.slice(0, 300), ORIGIN, stranger.privateKey);
  const found = await examine(encode({ ...good, checkpoint: forged }), [known], nativeCheck, ask);
  assert.deepEqual([found.isProven, found.signature, verdictOf(found)], [true, "bad", "wrong"]);
  assert.deepEqual(asked, []);
});

test("a receipt of another site: its proof is checked, its signer named, nobody asked", async () => {
  const [{ receipt }] = vectors<{ accepted: { receipt: string }[] }>("receipt").accepted as [{ receipt: string }];
  const { ask, asked } = serving(hashes, await signed(hashes));
  const found = await examine(receipt, [known], nativeCheck, ask);
  assert.deepEqual([found.isProven, found.signature, found.present, found.collection, verdictOf(found)], [true, "unknown", "elsewhere", null, "part"]);
  assert.match(found.origin, /^civium\.example\//);
  assert.deepEqual(asked, []);
});

test("what is no receipt is refused", async () => {
  for (const text of ["", "\n", "hello\n", base64(fromBase64("AAAA"))]) {
    assert.equal(await codeOf(() => examine(text, [known], nativeCheck, () => assert.fail("asked"))), "receipt-malformed");
  }
});

test("tiles are named as C2SP names them", () => {
  assert.equal(tilePath(0, 0, 256), "tile/0/000");
  assert.equal(tilePath(1, 7, 12), "tile/1/007.p/12");
  assert.equal(tilePath(0, 1234, 256), "tile/0/x001/234");
  assert.equal(tilePath(2, 1_234_067, 3), "tile/2/x001/x234/067.p/3");
});
