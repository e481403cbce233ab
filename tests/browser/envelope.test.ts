// Envelopes: header and refusals as in the vectors; what is sealed here opens, and only under its own header.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import * as hpke from "hpke";
import { type Bytes, hex, sha256 } from "../../src/civium/browser/bytes";
import { type Channel, type Header, type Sealer, encodeHeader, envelopeHash, hpkeInfo, keyId, parse, seal, suiteNamed } from "../../src/civium/browser/envelope";
import { identifier } from "../../src/civium/browser/receipt";
import { prepareSealer } from "../../src/civium/browser/seal";
import { fallbackSealer } from "../../src/civium/browser/seal-fallback";
import { nativeSealer } from "../../src/civium/browser/seal-native";
import { codeOf, fromBase64, fromHex, vectors } from "./vectors";

interface Accepted {
  name: string;
  suite: string;
  seed: string;
  public_key: string;
  key_id: string;
  collection: string;
  jurisdiction: string;
  channel: Channel;
  manifest_hash: string;
  erasure_commitment: string;
  header: string;
  plaintext_sha256: string;
  envelope: string;
  envelope_hash: string;
  identifier: string;
}
const { accepted, refused } = vectors<{ accepted: Accepted[]; refused: { name: string; envelope: string; refused: string }[] }>("envelope");

function headerOf(vector: Accepted): Header {
  return {
    suite: suiteNamed(vector.suite),
    keyId: fromHex(vector.key_id),
    collection: fromHex(vector.collection),
    jurisdiction: vector.jurisdiction,
    channel: vector.channel,
    manifestHash: fromHex(vector.manifest_hash),
    erasureCommitment: fromHex(vector.erasure_commitment),
  };
}

/** Opens as the authority would, with the library of the fallback; the vector's seed is the private key (of P-256 the scalar). */
async function open(vector: Accepted, envelope: Bytes, headerBytes?: Bytes): Promise<Bytes> {
  const isP256 = vector.suite.startsWith("0010");
  const kem = isP256 ? new DhkemP256HkdfSha256() : new XWing();
  const cipher = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const seed = fromHex(vector.seed);
  const recipientKey = await kem.deserializePrivateKey(seed.buffer);
  const parsed = parse(envelope);
  const size = parsed.header.suite.encSize;
  const info = hpkeInfo(headerBytes ?? parsed.headerBytes);
  return new Uint8Array(await cipher.open({ recipientKey, enc: parsed.sealed.slice(0, size), info }, parsed.sealed.slice(size)));
}

/** Opens with the library of the native path, on Node's own cryptography; null where Node has no ML-KEM. */
async function openNatively(vector: Accepted, envelope: Bytes): Promise<Bytes | null> {
  const isP256 = vector.suite.startsWith("0010");
  const kem = isP256 ? hpke.KEM_DHKEM_P256_HKDF_SHA256 : hpke.KEM_MLKEM768_X25519;
  const cipher = new hpke.CipherSuite(kem, hpke.KDF_HKDF_SHA256, hpke.AEAD_AES_256_GCM);
  const seed = fromHex(vector.seed);
  try {
    const key = await cipher.DeserializePrivateKey(seed, true);
    const parsed = parse(envelope);
    const size = parsed.header.suite.encSize;
    return (await cipher.Open(key, parsed.sealed.slice(0, size), parsed.sealed.slice(size), { info: hpkeInfo(parsed.headerBytes) })) as Bytes;
  } catch (error) {
    if (!isP256 && !hasMlKem) return null;
    throw error;
  }
}

const hasMlKem = await crypto.subtle.generateKey({ name: "ML-KEM-768" } as never, false, ["encapsulateBits", "decapsulateBits"] as never).then(
  () => true,
  () => false,
);

for (const vector of accepted) {
  test(`an envelope of the vectors reads and opens: ${vector.name}`, async () => {
    const envelope = fromBase64(vector.envelope);
    const parsed = parse(envelope);
    assert.equal(hex(encodeHeader(headerOf(vector))), vector.header);
    assert.equal(hex(parsed.headerBytes), vector.header);
    assert.deepEqual(parsed.header, headerOf(vector));
    assert.equal(hex(await keyId(parsed.header.suite, fromBase64(vector.public_key))), vector.key_id);
    assert.equal(hex(await envelopeHash(envelope)), vector.envelope_hash);
    assert.equal(identifier(await envelopeHash(envelope)), vector.identifier);
    assert.equal(hex(await sha256(await open(vector, envelope))), vector.plaintext_sha256);
  });

  test(`what is sealed here opens there: ${vector.name}`, async () => {
    const plaintext = new Uint8Array(2048).fill(7);
    const suite = suiteNamed(vector.suite);
    const sealers: [string, Sealer][] = [["fallback", fallbackSealer(suite)], ["prepared", await prepareSealer(suite)]];
    if (hasMlKem || vector.suite.startsWith("0010")) sealers.push(["native", nativeSealer(suite)]);
    for (const [name, sealer] of sealers) {
      const envelope = await seal(headerOf(vector), plaintext, fromBase64(vector.public_key), sealer);
      assert.deepEqual(await open(vector, envelope), plaintext, name);
      const again = await openNatively(vector, envelope);
      if (again) assert.deepEqual(new Uint8Array(again), plaintext, name);
      assert.notDeepEqual(envelope, await seal(headerOf(vector), plaintext, fromBase64(vector.public_key), sealer));
    }
  });

  test(`an envelope opens under its own header only: ${vector.name}`, async () => {
    const envelope = fromBase64(vector.envelope);
    const other = parse(envelope).headerBytes.map((byte, at) => (at === 30 ? byte ^ 1 : byte));
    await assert.rejects(open(vector, envelope, other));
  });
}

for (const vector of refused) {
  test(`a malformed envelope is refused: ${vector.name}`, async () => {
    assert.equal(await codeOf(() => parse(fromBase64(vector.envelope))), vector.refused);
  });
}

test("nothing is sealed to a key that is not the header's, or under a header without form", async () => {
  const [vector] = accepted as [Accepted];
  const sealer = fallbackSealer(suiteNamed(vector.suite));
  const key = fromBase64(vector.public_key);
  const other = key.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  assert.equal(await codeOf(() => seal(headerOf(vector), new Uint8Array(2048), other, sealer)), "key-malformed");
  assert.equal(await codeOf(() => seal(headerOf(vector), new Uint8Array(2048), key.slice(1), sealer)), "key-malformed");
  assert.equal(await codeOf(() => encodeHeader({ ...headerOf(vector), jurisdiction: "es" })), "envelope-malformed");
  assert.equal(await codeOf(() => encodeHeader({ ...headerOf(vector), keyId: new Uint8Array(15) })), "envelope-malformed");
  assert.equal(await codeOf(() => suiteNamed("0020-0001-0002")), "envelope-suite");
  const broken: Sealer = { seal: async () => new Uint8Array(10) };
  assert.equal(await codeOf(() => seal(headerOf(vector), new Uint8Array(2048), key, broken)), "seal-size");
});
