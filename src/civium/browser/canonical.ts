// Canonical JSON: one spelling for one value, so that a hash over the bytes names the value (docs/spec/README.md).
import { type Bytes, compare, isEqual, isWellFormedText, parseUtf8, utf8 } from "./bytes";
import { Refused } from "./errors";

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

const DEEPEST = 32;

/** Gives the one encoding of a value. Throws Refused `json-malformed` for what has none: null, fractions, large integers, half surrogates. */
export function encode(value: Value): Bytes {
  return utf8(spell(value, 0));
}

/** Gives the value of canonical JSON of at most `limit` bytes. Throws Refused `json-too-large` or `json-malformed`. */
export function parse(raw: Bytes, limit: number): Value {
  if (raw.length > limit) throw new Refused("json-too-large", { limit });
  const text = parseUtf8(raw, "json-malformed");
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch {
    throw new Refused("json-malformed");
  }
  if (!isEqual(encode(value), raw)) throw new Refused("json-malformed");
  return value;
}

function spell(value: unknown, depth: number): string {
  if (depth > DEEPEST) throw new Refused("json-malformed");
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return JSON.stringify(value);
  if (typeof value === "string" && isWellFormedText(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((inner) => spell(inner, depth + 1)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    // By code point, which is the order of UTF-8 bytes and not that of JavaScript's own sort.
    const keys = Object.keys(value).sort((one, other) => compare(utf8(one), utf8(other)));
    const pairs = keys.map((key) => `${spell(key, depth)}:${spell((value as Record<string, unknown>)[key], depth + 1)}`);
    return `{${pairs.join(",")}}`;
  }
  throw new Refused("json-malformed");
}
