// From values to bytes and back: materials are checked, a statement sealed here is read by whoever holds the key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { type Bytes, base64, hex, sha256, utf8 } from "../../src/civium/browser/bytes";
import { encode as encodeCanonical } from "../../src/civium/browser/canonical";
import { DEFAULT_SUITE, hpkeInfo, keyId, parse } from "../../src/civium/browser/envelope";
import * as erasureCode from "../../src/civium/browser/erasure-code";
import { type Addresses, type Fetch, loadMaterials } from "../../src/civium/browser/materials";
import { prepareSealer } from "../../src/civium/browser/seal";
import { checkSealing, sealStatement } from "../../src/civium/browser/sealed";
import { parse as parseStatement } from "../../src/civium/browser/statement";
import { codeOf } from "./vectors";

const kem = new XWing();
const pair = await kem.generateKeyPair();
const publicKey = new Uint8Array(await kem.serializePublicKey(pair.publicKey));
const collection = "00112233445566778899aabbccddeeff";
const rules = utf8('{"version":"2026-11-21"}');
const key = { key_id: hex(await keyId(DEFAULT_SUITE, publicKey)), suite: DEFAULT_SUITE.name, public_key: base64(publicKey) };
const promised = {
  civium: "manifest v1",
  collection,
  sequence: 1,
  previous: "",
  deployment: "demonstration",
  procedure: "eci",
  registration: "TEST",
  registered_on: "2026-03-02",
  opens_on: "2026-04-14",
  closes_on: "2027-04-13",
  rules: { version: "2026-11-21", sha256: hex(await sha256(rules)) },
  texts: {},
  wording: {},
  bundle: {},
  keys: { ES: [{ key_id: key.key_id, suite: key.suite, sha256: hex(await sha256(publicKey)) }] },
  log_key: base64(new Uint8Array(32)),
  logs: { "ES/online": `example/${collection}/ES/online/1` },
  token_key: "",
};
const manifest = encodeCanonical(promised);
const pinned = hex(await sha256(manifest));
const page: Addresses = { collection, manifest: pinned, manifestUrl: "/manifest", rulesUrl: "/rules", keysUrl: "/keys" };
const NONE = new Uint8Array(0);
const token = Uint8Array.from({ length: 64 }, (_, at) => at);
const DATE = "Sat, 21 Nov 2026 22:59:50 GMT";

interface Served {
  manifest: Bytes;
  rules: Bytes;
  keys: Bytes;
  date: string | null;
  status: number;
}

function server(change: Partial<Served> = {}): Fetch {
  const served: Served = { manifest, rules, keys: utf8(JSON.stringify({ manifest: pinned, keys: { ES: key } })), date: DATE, status: 200, ...change };
  return async (url) => {
    const body = { "/manifest": served.manifest, "/rules": served.rules, "/keys": served.keys }[url]!;
    return new Response(body, { status: served.status, headers: served.date === null ? {} : { date: served.date } });
  };
}
const load = (change?: Partial<Served>) => loadMaterials(page, server(change), () => 0);
const keysWith = (reply: object): Bytes => utf8(JSON.stringify(reply));

test("a statement sealed to the loaded key is read by its holder, with the ticks, the confirmations and nothing else", async () => {
  const from = await load();
  const sealer = await prepareSealer(DEFAULT_SUITE);
  await checkSealing("ES", collection, pinned, from, sealer);
  const filled = { jurisdiction: "ES", language: "en", fields: { family_names: "Montoro Vidal", full_first_names: "Aurelia", id_number: "00000001A", id_type: "dni" }, confirmations: [["id_number", "number-checksum"]] as const };
  const sealed = await sealStatement(filled, token, collection, pinned, from, sealer);
  assert.equal(sealed.token, token);
  const { header, headerBytes, sealed: body } = parse(sealed.envelope);
  assert.deepEqual([header.jurisdiction, header.channel, hex(header.collection), hex(header.manifestHash), hex(header.keyId)], ["ES", "online", collection, pinned, key.key_id]);
  const code = await erasureCode.parse(sealed.erasureText);
  assert.deepEqual(header.erasureCommitment, await erasureCode.commitment(header.collection, code));
  assert.deepEqual(sealed.expected.erasureCommitment, header.erasureCommitment);
  assert.deepEqual(sealed.expected.envelopeHash, await sha256(sealed.envelope));
  assert.equal(sealed.expected.origin, promised.logs["ES/online"]);
  const cipher = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const plaintext = await cipher.open({ recipientKey: pair, enc: body.slice(0, 1120), info: hpkeInfo(headerBytes) }, body.slice(1120));
  assert.deepEqual(parseStatement(new Uint8Array(plaintext)), {
    language: "en",
    rules: "2026-11-21",
    declaration: true,
    privacyRead: true,
    identityKeyVersion: 1,
    token,
    fields: filled.fields,
    confirmations: filled.confirmations,
  });
});

test("the same answers sealed twice are two envelopes with two codes, of one length", async () => {
  const from = await load();
  const sealer = await prepareSealer(DEFAULT_SUITE, ["fallback"]);
  const filled = { jurisdiction: "ES", language: "en", fields: { family_names: "X" }, confirmations: [] };
  const [one, other] = [await sealStatement(filled, NONE, collection, pinned, from, sealer), await sealStatement({ ...filled, fields: { family_names: "X".repeat(900) } }, token, collection, pinned, from, sealer)];
  assert.equal(one.envelope.length, other.envelope.length);
  assert.notEqual(one.identifier, other.identifier);
  assert.notEqual(one.erasureText, other.erasureText);
});

test("a State without key or log is closed, and nothing is sealed", async () => {
  const from = await load();
  const sealer = await prepareSealer(DEFAULT_SUITE);
  const filled = { jurisdiction: "FR", language: "en", fields: {}, confirmations: [] };
  assert.equal(await codeOf(() => sealStatement(filled, NONE, collection, pinned, from, sealer)), "state-closed");
  assert.equal(await codeOf(() => checkSealing("FR", collection, pinned, from, sealer)), "state-closed");
});

test("a statement too long for the form is refused before it is sealed", async () => {
  const fields = Object.fromEntries(["a", "b", "c", "d", "e"].map((field) => [field, "x".repeat(1000)]));
  const filled = { jurisdiction: "ES", language: "en", fields, confirmations: [] };
  assert.equal(await codeOf(async () => sealStatement(filled, NONE, collection, pinned, await load(), await prepareSealer(DEFAULT_SUITE))), "statement-too-long");
});

test("today is the server's day in Brussels, and goes on from there", async () => {
  let elapsed = 500;
  const { calendar } = await loadMaterials(page, server(), () => elapsed);
  assert.equal(calendar.today(), "2026-11-21");
  elapsed += 20_000;
  assert.equal(calendar.today(), "2026-11-22");
});

test("what is not what the manifest promised is untrusted", async () => {
  const other = new Uint8Array(await kem.serializePublicKey((await kem.generateKeyPair()).publicKey));
  const otherId = hex(await keyId(DEFAULT_SUITE, other));
  const cases: [string, Partial<Served>][] = [
    ["manifest-hash", { manifest: encodeCanonical({ ...promised, sequence: 2 }) }],
    ["rules-hash", { rules: utf8('{"version":"2026-11-22"}') }],
    ["key-foreign", { keys: keysWith({ manifest: pinned, keys: { ES: { ...key, public_key: base64(other) } } }) }],
    ["key-foreign", { keys: keysWith({ manifest: pinned, keys: { ES: { ...key, key_id: otherId, public_key: base64(other) } } }) }],
    ["key-foreign", { keys: keysWith({ manifest: pinned, keys: { FR: key } }) }],
    ["key-foreign", { keys: keysWith({ manifest: pinned, keys: { ES: { ...key, suite: "0010-0001-0002" } } }) }],
  ];
  for (const [code, change] of cases) assert.equal(await codeOf(() => load(change)), code);
  assert.equal(await codeOf(() => loadMaterials({ ...page, collection: "ff".repeat(16) }, server(), () => 0)), "manifest-foreign");
});

test("a key rotated since the page was made asks for a new page; a lost part for another try", async () => {
  const rotated = { ...key, key_id: "ab".repeat(16) };
  const later = keysWith({ manifest: "cd".repeat(32), keys: { ES: rotated } });
  assert.equal(await codeOf(() => load({ keys: later })), "page-old");
  assert.equal(await codeOf(() => load({ status: 404 })), "page-old");
  assert.equal(await codeOf(() => load({ status: 503 })), "not-loaded");
  assert.equal(await codeOf(() => load({ keys: utf8("<html>") })), "not-loaded");
  assert.equal(await codeOf(() => load({ date: null })), "no-calendar");
  const lost: Fetch = async () => Promise.reject(new TypeError("Failed to fetch"));
  assert.equal(await codeOf(() => loadMaterials(page, lost, () => 0)), "not-loaded");
});
