// Taking a statement back: the request with identifier and code, and what the server's answer means (docs/spec/erasure.md).
import { type Bytes, concat, parseHex, u8 } from "./bytes";
import { Refused } from "./errors";
import type { Answer } from "./send";

const VERSION = 1;
const IDENTIFIER = /^[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

export type Outcome = { readonly kind: "destroyed" | "unknown" | "often" | "busy" | "failed" } | { readonly kind: "handed-over"; readonly jurisdiction: string };

/** Gives the 16 bytes of an identifier a person typed. Throws Refused `identifier-malformed`. */
export function parseIdentifier(text: string): Bytes {
  const digits = text.toLowerCase().replace(/[\s-]/g, "");
  if (!IDENTIFIER.test(digits)) throw new Refused("identifier-malformed");
  return parseHex(digits, "identifier-malformed");
}

/** Gives the 49 bytes of the request. */
export function encode(collection: Bytes, identifier: Bytes, code: Bytes): Bytes {
  return concat(u8(VERSION), collection, identifier, code);
}

/** Gives what an answer says; null stands for no answer at all. */
export function outcomeOf(answer: Answer | null): Outcome {
  const said = answer && answer.type.startsWith("application/json") ? valueOf(answer.text) : {};
  if (answer?.status === 200 && said["destroyed"] === true) return { kind: "destroyed" };
  if (said["code"] === "erasure-unknown") return { kind: "unknown" };
  if (said["code"] === "erasure-too-often") return { kind: "often" };
  if (said["code"] === "too-many") return { kind: "busy" };
  if (said["code"] === "erasure-handed-over") {
    const { jurisdiction } = (said["facts"] ?? {}) as Record<string, unknown>;
    return { kind: "handed-over", jurisdiction: typeof jurisdiction === "string" ? jurisdiction : "" };
  }
  return { kind: "failed" };
}

function valueOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
