// HPKE (RFC 9180): by the browser's own cryptography where it has what the suite needs, else by a chunk that is loaded then.
import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_P256_HKDF_SHA256,
  KEM_MLKEM768_X25519,
} from "hpke";
import { type Bytes, concat, isEqual, utf8 } from "./bytes";
import { P256_SUITE, type Sealer, type Suite } from "./envelope";
import { Refused } from "./errors";

/** A sealer that can also make a throw-away pair and open: for the test of itself before anything real is sealed. */
export interface TestedSealer extends Sealer {
  sealsAndOpens(plaintext: Bytes, info: Bytes): Promise<boolean>;
}

export type SealingPath = "native" | "fallback";

/** Gives a sealer for the suite that has just sealed and opened a test value with a throw-away key. Throws Refused `cannot-seal`. */
export async function prepareSealer(suite: Suite, paths: readonly SealingPath[] = ["native", "fallback"]): Promise<Sealer> {
  if (typeof crypto === "undefined" || !crypto.subtle) throw new Refused("insecure-context");
  for (const path of paths) {
    const sealer = path === "native" ? await ifAble(() => nativeSealer(suite)) : await loadFallback(suite);
    if (sealer && (await ifAble(() => sealer.sealsAndOpens(utf8("civium seal test"), utf8("civium seal test info"))))) return sealer;
  }
  throw new Refused("cannot-seal");
}

/** Gives a sealer on the browser's own cryptography; it may lack an algorithm, which shows at the first use. */
export function nativeSealer(suite: Suite): TestedSealer {
  const kem = suite.name === P256_SUITE.name ? KEM_DHKEM_P256_HKDF_SHA256 : KEM_MLKEM768_X25519;
  const cipher = new CipherSuite(kem, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
  return {
    async seal(publicKey, info, plaintext) {
      const key = await cipher.DeserializePublicKey(publicKey);
      const { encapsulatedSecret, ciphertext } = await cipher.Seal(key, plaintext, { info });
      return concat(encapsulatedSecret, ciphertext);
    },
    async sealsAndOpens(plaintext, info) {
      const pair = await cipher.GenerateKeyPair();
      const { encapsulatedSecret, ciphertext } = await cipher.Seal(pair.publicKey, plaintext, { info });
      return isEqual(await cipher.Open(pair, encapsulatedSecret, ciphertext, { info }), plaintext);
    },
  };
}

async function loadFallback(suite: Suite): Promise<TestedSealer> {
  let chunk: typeof import("./seal-fallback");
  try {
    chunk = await import("./seal-fallback");
  } catch {
    // The chunk did not arrive: another try may help, so this is not the browser's inability.
    throw new Refused("not-loaded");
  }
  return chunk.fallbackSealer(suite);
}

/** Gives null where the browser lacks what is tried: WebCrypto tells that by throwing, in every engine with another class. */
async function ifAble<T>(act: () => T | Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch {
    return null;
  }
}
