// One statement of support in clear, and its padding (docs/spec/statement.md).
import { type Bytes, Reader, bytes16, bytes8, compare, concat, isWellFormedText, parseUtf8, u8, utf8 } from "./bytes";
import { Refused } from "./errors";
import { trim } from "./numbers";

export interface Statement {
  readonly language: string;
  readonly rules: string;
  readonly declaration: boolean;
  readonly privacyRead: boolean;
  readonly identityKeyVersion: number;
  readonly token: Bytes;
  readonly fields: Readonly<Record<string, string>>;
  readonly confirmations: readonly (readonly [field: string, hint: string])[];
}

export const PADDED_SIZES = [2048, 4096] as const;
// Bytes; four times the longest name seen in any register, and still inside the padding.
export const LONGEST_VALUE = 1024;

const VERSION = 1;
const TOKEN_SIZE = 64;
const LONGEST_STATEMENT = PADDED_SIZES[1] - 2;
const MALFORMED = "statement-malformed";
export const LANGUAGE = /^(?=.{2,16}$)[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;
export const RULES = /^[0-9A-Za-z.-]{1,32}$/;
const FIELD = /^[a-z][a-z0-9_]{0,39}$/;
const HINT = /^[a-z][a-z0-9-]{0,39}$/;
// General category Cc, and three that are invisible where a person would look for them.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** Gives what was typed as it enters a statement: Unicode NFC, no white space at either end. Case and script stay. */
export function tidy(typed: string): string {
  return trim(typed);
}

/** Tells why a tidied value cannot stand in a field: it is too long, or holds characters nobody can see; null if it can. */
export function problemOf(value: string): "too-long" | "characters" | null {
  if (FORBIDDEN.test(value) || !isWellFormedText(value)) return "characters";
  return utf8(value).length > LONGEST_VALUE ? "too-long" : null;
}

/** Gives the canonical bytes. Throws Refused `statement-malformed` or `statement-too-long`. */
export function encode(statement: Statement): Bytes {
  const fields = Object.entries(statement.fields).sort(([one], [other]) => compare(utf8(one), utf8(other)));
  const confirmations = [...statement.confirmations].sort(order);
  checkForm(statement, fields, confirmations);
  const encoded = concat(
    u8(VERSION),
    bytes8(utf8(statement.language)),
    bytes8(utf8(statement.rules)),
    u8(Number(statement.declaration) + 2 * Number(statement.privacyRead)),
    u8(statement.identityKeyVersion),
    bytes8(statement.token),
    u8(fields.length),
    ...fields.map(([field, value]) => concat(bytes8(utf8(field)), bytes16(utf8(value)))),
    u8(confirmations.length),
    ...confirmations.map(([field, hint]) => concat(bytes8(utf8(field)), bytes8(utf8(hint)))),
  );
  if (encoded.length > LONGEST_STATEMENT) throw new Refused("statement-too-long", { longest: LONGEST_STATEMENT });
  return encoded;
}

/** Gives the plaintext that is sealed: `u16 length ‖ statement ‖ zeros`, 2,048 or 4,096 bytes long. */
export function pad(encoded: Bytes): Bytes {
  const size = PADDED_SIZES.find((candidate) => encoded.length + 2 <= candidate);
  if (size === undefined) throw new Refused("statement-too-long", { longest: LONGEST_STATEMENT });
  const padded = new Uint8Array(size);
  padded.set(bytes16(encoded));
  return padded;
}

/** Gives the statement of a padded plaintext. Throws Refused `statement-malformed` for anything but the one encoding. */
export function parse(plaintext: Bytes): Statement {
  const reader = new Reader(unpad(plaintext), MALFORMED);
  if (reader.u8() !== VERSION) throw reader.refused();
  const text = (raw: Bytes): string => parseUtf8(raw, MALFORMED);
  const [language, rules] = [text(reader.bytes8()), text(reader.bytes8())];
  const [ticks, identityKeyVersion] = [reader.u8(), reader.u8()];
  if (ticks > 3) throw reader.refused();
  const token = reader.bytes8();
  const fields = Array.from({ length: reader.u8() }, () => [text(reader.bytes8()), text(reader.bytes16())] as const);
  const confirmations = Array.from({ length: reader.u8() }, () => [text(reader.bytes8()), text(reader.bytes8())] as const);
  reader.checkEnd();
  const statement = {
    language,
    rules,
    declaration: (ticks & 1) !== 0,
    privacyRead: (ticks & 2) !== 0,
    identityKeyVersion,
    token,
    fields: Object.fromEntries(fields),
    confirmations,
  };
  checkForm(statement, fields, confirmations);
  return statement;
}

type Pair = readonly [string, string];

function order(one: Pair, other: Pair): number {
  return compare(utf8(one[0]), utf8(other[0])) || compare(utf8(one[1]), utf8(other[1]));
}

function isAscending(pairs: readonly Pair[], by: (one: Pair, other: Pair) => number): boolean {
  return pairs.every((pair, at) => at === 0 || by(pairs[at - 1]!, pair) < 0);
}

function isValue(value: string): boolean {
  return value !== "" && tidy(value) === value && problemOf(value) === null;
}

function checkForm(statement: Statement, fields: readonly Pair[], confirmations: readonly Pair[]): void {
  const version = statement.identityKeyVersion;
  const isWellFormed =
    LANGUAGE.test(statement.language) &&
    RULES.test(statement.rules) &&
    Number.isInteger(version) &&
    version >= 0 &&
    version <= 0xff &&
    statement.token.length === (version === 0 ? 0 : TOKEN_SIZE) &&
    fields.length <= 0xff &&
    confirmations.length <= 0xff &&
    fields.every(([field, value]) => FIELD.test(field) && isValue(value)) &&
    confirmations.every(([field, hint]) => FIELD.test(field) && HINT.test(hint)) &&
    isAscending(fields, ([one], [other]) => compare(utf8(one), utf8(other))) &&
    isAscending(confirmations, order);
  if (!isWellFormed) throw new Refused(MALFORMED);
}

function unpad(plaintext: Bytes): Bytes {
  const reader = new Reader(plaintext, MALFORMED);
  if (!PADDED_SIZES.some((size) => size === plaintext.length)) throw reader.refused();
  const encoded = reader.bytes16();
  if (encoded.length > LONGEST_STATEMENT || compare(pad(encoded), plaintext) !== 0) throw reader.refused();
  return encoded;
}
