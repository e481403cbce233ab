// Checking of Ed25519 signatures (RFC 8032): by the browser's own cryptography, else by a chunk that is loaded then.
import { type Bytes, parseHex, utf8 } from "./bytes";
import { Refused } from "./errors";

/** Tells whether this is the key's signature of the message. */
export type SignatureCheck = (publicKey: Bytes, message: Bytes, signature: Bytes) => Promise<boolean>;

// A signature of our own making with a throw-away key: the test a check must pass, and with one bit flipped must fail, before it is used.
const PROBE = {
  key: "650da90020d8de8f05ed072f915ac658b411a6b4b9db85d690286a2d7f3d23b3",
  message: "civium signature test",
  signature: "e15aa19553ab193d4fa83830803688dea9d6bea445981a82a105534e002f27ca9b90f926bbe468dee9b620839f2e04b52f2bc6716d51ba66aed080ea0f391708",
};

/** Gives a check that has just told a true signature from a false one. Throws Refused `cannot-check`. */
export async function prepareSignatureCheck(): Promise<SignatureCheck> {
  for (const load of [async () => nativeCheck, loadFallback]) {
    const check = await load();
    if (await isAble(check)) return check;
  }
  throw new Refused("cannot-check");
}

/** Checks with WebCrypto; throws in a browser that has no Ed25519. */
export const nativeCheck: SignatureCheck = async (publicKey, message, signature) => {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
};

async function loadFallback(): Promise<SignatureCheck> {
  try {
    return (await import("./ed25519-fallback")).fallbackCheck;
  } catch {
    throw new Refused("not-loaded");
  }
}

async function isAble(check: SignatureCheck): Promise<boolean> {
  const key = parseHex(PROBE.key, "cannot-check");
  const signature = parseHex(PROBE.signature, "cannot-check");
  const flipped = signature.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  try {
    return (await check(key, utf8(PROBE.message), signature)) && !(await check(key, utf8(PROBE.message), flipped));
  } catch {
    return false;
  }
}
