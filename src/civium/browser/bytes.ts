// Bytes and their spellings: length prefixes, hex, base64, UTF-8, SHA-256 (docs/spec/README.md).
import { Refused } from "./errors";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Tells whether a text has a spelling in UTF-8: no half of a surrogate pair stands alone. */
export function isWellFormedText(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) return false;
  }
  return true;
}

/** Tells whether a text has a spelling in UTF-8 of at most so many bytes. */
export function isUtf8Within(text: string, limit: number): boolean {
  return text.length <= limit && isWellFormedText(text) && utf8(text).length <= limit;
}

/** Gives the UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

/** Gives the text of UTF-8 bytes. Throws Refused with the caller's code. */
export function parseUtf8(raw: Bytes, code: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Refused(code);
  }
}

/** Gives the pieces one after the other. */
export function concat(...pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Gives a number as one byte. */
export function u8(value: number): Bytes {
  return Uint8Array.of(value);
}

/** Gives a number as two bytes, big-endian. */
export function u16(value: number): Bytes {
  return Uint8Array.of(value >> 8, value & 0xff);
}

/** Gives a number as four bytes, big-endian. */
export function u32(value: number): Bytes {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Gives `u8 length ‖ value`. */
export function bytes8(value: Uint8Array): Bytes {
  if (value.length > 0xff) throw new RangeError("bytes8");
  return concat(u8(value.length), value);
}

/** Gives `u16 length ‖ value`. */
export function bytes16(value: Uint8Array): Bytes {
  if (value.length > 0xffff) throw new RangeError("bytes16");
  return concat(u16(value.length), value);
}

/** Tells whether two byte strings are the same; for public values. */
export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/** Orders two byte strings, as memcmp does. */
export function compare(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at += 1) {
    if (one[at] !== other[at]) return one[at]! - other[at]!;
  }
  return one.length - other.length;
}

/** Gives lower-case hex. */
export function hex(value: Uint8Array): string {
  return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Gives the bytes of lower-case hex. Throws Refused with the caller's code. */
export function parseHex(text: string, code: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Refused(code);
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Gives base64 with padding (RFC 4648, section 4). */
export function base64(value: Uint8Array): string {
  return btoa(String.fromCharCode(...value));
}

/** Gives the bytes of base64; only the one encoding is taken. Throws Refused with the caller's code. */
export function parseBase64(text: string, code: string): Bytes {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw new Refused(code);
  const value = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (base64(value) !== text) throw new Refused(code);
  return value;
}

/** Gives SHA-256 of the pieces one after the other. */
export async function sha256(...pieces: readonly Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...pieces)));
}

/** Reads the pieces of one value in order; what does not fit throws Refused with the format's own code. */
export class Reader {
  #at = 0;

  constructor(
    private readonly raw: Bytes,
    private readonly code: string,
  ) {}

  refused(): Refused {
    return new Refused(this.code);
  }

  take(count: number): Bytes {
    const end = this.#at + count;
    if (end > this.raw.length) throw this.refused();
    const piece = this.raw.slice(this.#at, end);
    this.#at = end;
    return piece;
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  u16(): number {
    const [high, low] = this.take(2);
    return high! * 0x100 + low!;
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  bytes8(): Bytes {
    return this.take(this.u8());
  }

  bytes16(): Bytes {
    return this.take(this.u16());
  }

  checkEnd(): void {
    if (this.#at !== this.raw.length) throw this.refused();
  }
}
