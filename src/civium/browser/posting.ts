// The body of `POST /api/statements`: the envelope and what travels beside it (docs/spec/posting.md).
import { type Bytes, Reader, bytes16, bytes8, concat, u8 } from "./bytes";
import { Refused } from "./errors";

export interface Posting {
  readonly envelope: Bytes;
  readonly token: Bytes;
  readonly work: Bytes;
}

const VERSION = 1;
const TOKEN_SIZE = 64;
const MAXIMUM_WORK = 1024;
const MAXIMUM_SIZE = 6467;

/** Gives the bytes that are sent. */
export function encode(posting: Posting): Bytes {
  return concat(u8(VERSION), bytes16(posting.envelope), bytes8(posting.token), bytes16(posting.work));
}

/** Gives the posting of these bytes. Throws Refused `posting-size` or `posting-malformed`; the envelope inside is not looked at. */
export function parse(raw: Bytes): Posting {
  if (raw.length > MAXIMUM_SIZE) throw new Refused("posting-size", { largest: MAXIMUM_SIZE });
  const reader = new Reader(raw, "posting-malformed");
  if (reader.u8() !== VERSION) throw reader.refused();
  const posting = { envelope: reader.bytes16(), token: reader.bytes8(), work: reader.bytes16() };
  reader.checkEnd();
  if (![0, TOKEN_SIZE].includes(posting.token.length) || posting.work.length > MAXIMUM_WORK) throw reader.refused();
  return posting;
}
