// HPKE (RFC 9180): by the browser's own cryptography where it has what the suite needs, else in JavaScript; each a chunk loaded when it is needed.
import { type Bytes, utf8 } from "./bytes";
import type { Sealer, Suite } from "./envelope";
import { Refused } from "./errors";

/** A sealer that can also make a throw-away pair and open: for the test of itself before anything real is sealed. */
export interface TestedSealer extends Sealer {
  sealsAndOpens(plaintext: Bytes, info: Bytes): Promise<boolean>;
}

export type SealingPath = "native" | "fallback";

const CHUNKS: Readonly<Record<SealingPath, () => Promise<(suite: Suite) => TestedSealer>>> = {
  native: async () => (await import("./seal-native")).nativeSealer,
  fallback: async () => (await import("./seal-fallback")).fallbackSealer,
};

/**
 * Gives a sealer for the suite that has just sealed and opened a test value with a throw-away key.
 * Throws Refused `insecure-context`, `not-loaded` (try again) or `cannot-seal`.
 */
export async function prepareSealer(suite: Suite, paths: readonly SealingPath[] = ["native", "fallback"]): Promise<Sealer> {
  if (typeof crypto === "undefined" || !crypto.subtle) throw new Refused("insecure-context");
  for (const path of paths) {
    const make = await load(path);
    const sealer = await ifAble(() => make(suite));
    if (sealer && (await ifAble(() => sealer.sealsAndOpens(utf8("civium seal test"), utf8("civium seal test info"))))) return sealer;
  }
  throw new Refused("cannot-seal");
}

async function load(path: SealingPath): Promise<(suite: Suite) => TestedSealer> {
  try {
    return await CHUNKS[path]();
  } catch {
    // The chunk did not arrive: another try may help, so this is not the browser's inability.
    throw new Refused("not-loaded");
  }
}

/** Gives null where the browser lacks what is tried: WebCrypto tells that by throwing, in every engine with another class. */
async function ifAble<T>(act: () => T | Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch {
    return null;
  }
}
