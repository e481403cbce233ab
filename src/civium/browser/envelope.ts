// The sealed statement: a header anyone can read, and HPKE ciphertext for one authority (docs/spec/envelope.md).
//
// The rules are:
// - HPKE's `info` is a label and the header's bytes exactly: nothing in the header can be changed without spoiling the seal;
// - the key id fixes the suite: nobody can choose a weaker one;
// - nothing here opens an envelope.
import { type Bytes, bytes8, concat, isEqual, sha256, u16, u8, utf8 } from "./bytes";
import { Refused } from "./errors";
import { PADDED_SIZES } from "./statement";

export interface Suite {
  readonly name: "647a-0001-0002" | "0010-0001-0002";
  readonly ids: Bytes;
  readonly encSize: number;
  readonly publicKeySize: number;
}

export interface Header {
  readonly suite: Suite;
  readonly keyId: Bytes;
  readonly collection: Bytes;
  readonly jurisdiction: string;
  readonly channel: Channel;
  readonly manifestHash: Bytes;
  readonly erasureCommitment: Bytes;
}

export interface Envelope {
  readonly header: Header;
  readonly headerBytes: Bytes;
  readonly sealed: Bytes;
}

/** Seals with one HPKE suite: gives `enc ‖ ciphertext`. */
export interface Sealer {
  seal(publicKey: Bytes, info: Bytes, plaintext: Bytes): Promise<Bytes>;
}

export const DEFAULT_SUITE = suite("647a-0001-0002", 0x647a, 1120, 1216);
export const P256_SUITE = suite("0010-0001-0002", 0x0010, 65, 65);
export const SUITES: readonly Suite[] = [DEFAULT_SUITE, P256_SUITE];
export const CHANNELS = { online: 1, paper: 2, assisted: 3, eid: 4 } as const;
export type Channel = keyof typeof CHANNELS;
export const NO_ERASURE: Bytes = new Uint8Array(32);

const MAGIC = utf8("CIVE");
const VERSION = 1;
const LABEL = utf8("civium envelope v1");
const TAG_SIZE = 16;
const JURISDICTION = /^[A-Z0-9][A-Z0-9-]{0,31}$/;
const FIXED_START = 4 + 1 + 6 + 16 + 16;
const FIXED_END = 1 + 32 + 32;
const MINIMUM_SIZE = FIXED_START + 1 + 1 + FIXED_END + P256_SUITE.encSize + PADDED_SIZES[0] + TAG_SIZE;
const MAXIMUM_SIZE = FIXED_START + 1 + 32 + FIXED_END + DEFAULT_SUITE.encSize + PADDED_SIZES[1] + TAG_SIZE;

/** Gives the suite of this name. Throws Refused `envelope-suite`. */
export function suiteNamed(name: string): Suite {
  const found = SUITES.find((candidate) => candidate.name === name);
  if (!found) throw new Refused("envelope-suite");
  return found;
}

/** Gives the header's bytes. Throws Refused `envelope-malformed`. */
export function encodeHeader(header: Header): Bytes {
  const sizes = [header.keyId.length, header.collection.length, header.manifestHash.length, header.erasureCommitment.length];
  if (!JURISDICTION.test(header.jurisdiction) || sizes.join() !== "16,16,32,32") throw new Refused("envelope-malformed");
  return concat(
    MAGIC,
    u8(VERSION),
    header.suite.ids,
    header.keyId,
    header.collection,
    bytes8(utf8(header.jurisdiction)),
    u8(CHANNELS[header.channel]),
    header.manifestHash,
    header.erasureCommitment,
  );
}

/** Gives the parts of an envelope. Throws Refused `envelope-size`, `envelope-version`, `envelope-suite`, `envelope-malformed`, in this order. */
export function parse(raw: Bytes): Envelope {
  if (raw.length < MINIMUM_SIZE || raw.length > MAXIMUM_SIZE) {
    throw new Refused("envelope-size", { smallest: MINIMUM_SIZE, largest: MAXIMUM_SIZE });
  }
  if (!isEqual(raw.subarray(0, 4), MAGIC) || raw[4] !== VERSION) throw new Refused("envelope-version");
  const found = SUITES.find((candidate) => isEqual(candidate.ids, raw.subarray(5, 11)));
  if (!found) throw new Refused("envelope-suite");
  const start = FIXED_START + 1 + raw[FIXED_START]!;
  const end = start + FIXED_END;
  const jurisdiction = Array.from(raw.subarray(FIXED_START + 1, start), (code) => String.fromCharCode(code)).join("");
  const channel = (Object.keys(CHANNELS) as Channel[]).find((name) => CHANNELS[name] === raw[start]);
  const plaintextSize = raw.length - end - found.encSize - TAG_SIZE;
  if (!channel || !JURISDICTION.test(jurisdiction) || !PADDED_SIZES.some((size) => size === plaintextSize)) {
    throw new Refused("envelope-malformed");
  }
  const header = {
    suite: found,
    keyId: raw.slice(11, 27),
    collection: raw.slice(27, 43),
    jurisdiction,
    channel,
    manifestHash: raw.slice(start + 1, start + 33),
    erasureCommitment: raw.slice(start + 33, end),
  };
  return { header, headerBytes: raw.slice(0, end), sealed: raw.slice(end) };
}

/** Gives the 16 bytes that name an authority's key and fix its suite. */
export async function keyId(of: Suite, publicKey: Bytes): Promise<Bytes> {
  return (await sha256(utf8("civium key v1"), of.ids, publicKey)).slice(0, 16);
}

/** Gives HPKE's `info` for a header. */
export function hpkeInfo(headerBytes: Bytes): Bytes {
  return concat(LABEL, headerBytes);
}

/** Gives SHA-256(envelope): the entry's name, unique in its log. */
export function envelopeHash(raw: Bytes): Promise<Bytes> {
  return sha256(raw);
}

/** Gives an envelope: the padded plaintext sealed to the authority's public key under this header. Throws Refused `key-malformed`, `seal-size`. */
export async function seal(header: Header, plaintext: Bytes, publicKey: Bytes, sealer: Sealer): Promise<Bytes> {
  if (publicKey.length !== header.suite.publicKeySize || !isEqual(await keyId(header.suite, publicKey), header.keyId)) {
    throw new Refused("key-malformed");
  }
  const headerBytes = encodeHeader(header);
  const sealed = await sealer.seal(publicKey, hpkeInfo(headerBytes), plaintext);
  if (sealed.length !== header.suite.encSize + plaintext.length + TAG_SIZE) throw new Refused("seal-size");
  return concat(headerBytes, sealed);
}

function suite(name: Suite["name"], kem: number, encSize: number, publicKeySize: number): Suite {
  // KDF HKDF-SHA256 (0x0001) and AEAD AES-256-GCM (0x0002) in both, RFC 9180 section 7.
  return { name, ids: concat(u16(kem), u16(1), u16(2)), encSize, publicKeySize };
}
