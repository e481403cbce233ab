// Reads vectors/*.json, which Python's tests read too, and holds results against what a vector expects.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Bytes, parseBase64, parseHex } from "../../src/civium/browser/bytes";
import { Refused, Untrusted } from "../../src/civium/browser/errors";

/** Gives the vectors of a format; a missing file is a failure, and so is one without vectors. */
export function vectors<T>(name: string): T {
  const found = JSON.parse(readFileSync(`vectors/${name}.json`, "utf8")) as Record<string, unknown>;
  for (const [part, list] of Object.entries(found)) {
    if (Array.isArray(list)) assert.ok(list.length > 0, `${name}.json: no vectors in ${part}`);
  }
  return found as T;
}

export const fromHex = (text: string): Bytes => parseHex(text, "vector");
export const fromBase64 = (text: string): Bytes => parseBase64(text, "vector");

/** Gives the code with which an act refuses or distrusts; fails if it does neither. */
export async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Refused || error instanceof Untrusted) return error.code;
    throw error;
  }
  return assert.fail("neither Refused nor Untrusted");
}
