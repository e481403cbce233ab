// A receipt examined by anyone, any time: the proof, the signature, and whether the public log of now still continues it (docs/spec/receipt.md).
//
// The rules are:
// - the first two need no connection; the third asks for what is public and sends nothing of the receipt;
// - what could not be checked is said, never taken for sound.
import { type Bytes, parseHex, parseUtf8 } from "./bytes";
import { type Checkpoint, parse as parseCheckpoint } from "./checkpoint";
import { checkConsistency, consistencyProof } from "./consistency";
import type { SignatureCheck } from "./ed25519";
import { Refused, Untrusted } from "./errors";
import { type LeafRecord, parse as parseLeaf } from "./leaf";
import { checkInclusion, leafHash } from "./merkle";
import { type Note, checkSignature } from "./note";
import { type Ask, logPath, nodesOf } from "./public-log";
import { parse } from "./receipt";

/** A collection of this site: how the origins of its logs begin, the key that signs them, and where its page is. */
export interface KnownCollection {
  readonly origins: string;
  readonly key: string;
  readonly title: string;
  readonly language: string;
  readonly href: string;
}

export type Signature = "good" | "bad" | "unknown";
export type Present = "holds" | "later" | "closed" | "broken" | "unreached" | "elsewhere";

export interface Findings {
  readonly leaf: LeafRecord;
  readonly index: number;
  readonly origin: string;
  readonly jurisdiction: string;
  readonly collection: KnownCollection | null;
  readonly isProven: boolean;
  readonly signature: Signature;
  readonly present: Present;
}

/** Gives what was found. Throws Refused `receipt-malformed`. */
export async function examine(text: string, known: readonly KnownCollection[], isSignature: SignatureCheck, ask: Ask): Promise<Findings> {
  const receipt = parse(text);
  const leaf = parseLeaf(receipt.leaf);
  const [checkpoint, note] = parseCheckpoint(receipt.checkpoint);
  const collection = known.find(({ origins }) => checkpoint.origin.startsWith(origins)) ?? null;
  const isProven = await holds(checkInclusion(await leafHash(receipt.leaf), receipt.index, checkpoint.size, receipt.proof, checkpoint.root));
  const key = collection && parseHex(collection.key, "receipt-malformed");
  const signature = key ? ((await holds(checkSignature(note, checkpoint.origin, key, isSignature))) ? "good" : "bad") : "unknown";
  // Only a log of this site is asked, and only under a name that its own key has signed.
  const present = key && isProven && signature === "good" ? await presentState(checkpoint, key, isSignature, ask) : "elsewhere";
  const jurisdiction = checkpoint.origin.split("/")[2] ?? "";
  return { leaf, index: receipt.index, origin: checkpoint.origin, jurisdiction, collection, isProven, signature, present };
}

/** Tells whether anything is wrong, all is sound, or something could not be checked. */
export function verdictOf({ isProven, signature, present }: Findings): "sound" | "part" | "wrong" {
  if (!isProven || signature === "bad" || present === "broken") return "wrong";
  return signature === "good" && present === "holds" ? "sound" : "part";
}

async function presentState(then: Checkpoint, key: Bytes, isSignature: SignatureCheck, ask: Ask): Promise<Present> {
  let now: Checkpoint;
  let note: Note;
  try {
    [now, note] = parseCheckpoint(parseUtf8(await ask(`${logPath(then.origin)}/checkpoint`), "checkpoint-malformed"));
  } catch {
    // No connection, no such log as yet, or a stranger in the middle: in each case nothing was learnt.
    return "unreached";
  }
  if (now.origin !== then.origin || !(await holds(checkSignature(note, then.origin, key, isSignature)))) return "broken";
  if (now.size < then.size) return (await isClosed(then.origin, ask)) ? "closed" : "later";
  let proof: Bytes[];
  try {
    proof = now.size === then.size ? [] : await consistencyProof(nodesOf(then.origin, now.size, ask), then.size, now.size);
  } catch {
    return "unreached";
  }
  return (await holds(checkConsistency(then.size, then.root, now.size, now.root, proof))) ? "holds" : "broken";
}

/** Tells whether the log was closed (docs/spec/notices.md): what its checkpoint does not reach will then never be reached. */
async function isClosed(origin: string, ask: Ask): Promise<boolean> {
  try {
    const told: unknown = JSON.parse(parseUtf8(await ask(`${logPath(origin)}/successor`), "notice-malformed"));
    return typeof told === "object" && told !== null && "origin" in told && told.origin === origin;
  } catch {
    return false;
  }
}

/** Tells whether a check went through; what was written by others and does not hold is an answer here, not an end. */
async function holds(check: Promise<void>): Promise<boolean> {
  try {
    await check;
    return true;
  } catch (error) {
    if (error instanceof Untrusted || error instanceof Refused) return false;
    throw error;
  }
}
