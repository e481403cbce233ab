// The duplicate token (docs/spec/duplicate-token.md): VOPRF of RFC 9497, mode 0x01, ristretto255-SHA512. Loaded when a State was chosen.
import { ristretto255_oprf as suite } from "@noble/curves/ed25519.js";
import { type Bytes, bytes8, concat, parseHex, utf8 } from "./bytes";
import { Untrusted } from "./errors";
import { identityKey } from "./identity-key";

const LABEL = "civium duplicate token v1";
const ELEMENT_SIZE = 32;

/** A token that is being asked for: what is sent, and how the answer becomes the token. */
export interface Asked {
  readonly blinded: Bytes;
  /** Gives the token. Throws Untrusted `token-proof` if it was not made with the promised key. */
  finish(reply: Bytes, tokenKey: Bytes): Bytes;
}

/** Blinds what a statement's identity is; nobody can tell from the element who it is. */
export function ask(collection: string, jurisdiction: string, fields: Readonly<Record<string, string>>): Asked {
  return askFor(tokenInput(collection, jurisdiction, fields));
}

/** Gives the input of the VOPRF. */
export function tokenInput(collection: string, jurisdiction: string, fields: Readonly<Record<string, string>>): Bytes {
  return concat(utf8(LABEL), parseHex(collection, "page-old"), bytes8(utf8(jurisdiction)), identityKey(jurisdiction, fields));
}

/** Blinds an input; `random` is the vectors' alone. */
export function askFor(input: Bytes, random?: (length?: number) => Uint8Array<ArrayBuffer>): Asked {
  const { blind, blinded } = suite.voprf.blind(input, random);
  return {
    blinded: new Uint8Array(blinded),
    finish(reply, tokenKey) {
      try {
        const [evaluated, proof] = [reply.slice(0, ELEMENT_SIZE), reply.slice(ELEMENT_SIZE)];
        return new Uint8Array(suite.voprf.finalize(input, blind, evaluated, blinded, tokenKey, proof));
      } catch {
        // The library tells an element that is none and a proof that does not hold in words of its own.
        throw new Untrusted("token-proof");
      }
    },
  };
}
