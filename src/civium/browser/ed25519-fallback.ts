// Ed25519 for browsers whose own cryptography lacks it; loaded only there, as a chunk of its own.
import { ed25519 } from "@noble/curves/ed25519.js";
import type { SignatureCheck } from "./ed25519";

/** Checks in JavaScript, by the strict rules of RFC 8032. */
export const fallbackCheck: SignatureCheck = async (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: false });
};
