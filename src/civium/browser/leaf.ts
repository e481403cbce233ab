// What the log keeps of an entry for ever (docs/spec/leaf.md).
import { type Bytes, Reader, concat, u32, u8 } from "./bytes";

export interface LeafRecord {
  readonly receivedOn: number; // days since 1970-01-01, civil date in Brussels
  readonly envelopeHash: Bytes;
  readonly erasureCommitment: Bytes;
}

export const SIZE = 69;

const VERSION = 1;
const LAST_DAY = 2_932_896; // 9999-12-31

/** Gives the 69 bytes. */
export function encode(leaf: LeafRecord): Bytes {
  return concat(u8(VERSION), u32(leaf.receivedOn), leaf.envelopeHash, leaf.erasureCommitment);
}

/** Gives the leaf record of these bytes. Throws Refused `leaf-malformed`. */
export function parse(raw: Bytes): LeafRecord {
  const reader = new Reader(raw, "leaf-malformed");
  if (reader.u8() !== VERSION) throw reader.refused();
  const leaf = { receivedOn: reader.u32(), envelopeHash: reader.take(32), erasureCommitment: reader.take(32) };
  reader.checkEnd();
  if (leaf.receivedOn > LAST_DAY) throw reader.refused();
  return leaf;
}
