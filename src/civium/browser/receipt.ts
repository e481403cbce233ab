// Proof that an entry is in its log, and the identifier made from it (docs/spec/receipt.md).
import { type Bytes, base64, hex, isEqual, isUtf8Within, parseBase64 } from "./bytes";
import { type Checkpoint, parse as parseCheckpoint } from "./checkpoint";
import type { SignatureCheck } from "./ed25519";
import { Refused, Untrusted } from "./errors";
import { type LeafRecord, parse as parseLeaf } from "./leaf";
import { checkInclusion, leafHash } from "./merkle";
import { checkSignature } from "./note";

export interface Receipt {
  readonly leaf: Bytes;
  readonly index: number;
  readonly proof: readonly Bytes[];
  readonly checkpoint: string;
}

/** What the browser knows before it asks: the receipt has to agree with all of it. */
export interface Expected {
  readonly envelopeHash: Bytes;
  readonly erasureCommitment: Bytes;
  readonly origin: string;
  readonly logKey: Bytes;
  /** Today in Brussels by the server's clock, in days since 1970-01-01; null where the receipt need not be fresh. */
  readonly today: number | null;
}

export interface CheckedReceipt {
  readonly leaf: LeafRecord;
  readonly index: number;
  readonly checkpoint: Checkpoint;
}

/** In bytes of UTF-8. */
const LARGEST_RECEIPT = 73728;
const LONGEST_PROOF = 53;
const GENERATION = /^(.+\/)[1-9][0-9]{0,8}$/;
const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const MALFORMED = "receipt-malformed";

/** Gives the parts of a receipt, nothing checked: step 0. Throws Refused `receipt-malformed`. */
export function parse(text: string): Receipt {
  const split = text.indexOf("\n\n");
  const [first, extra = "", index = "", ...hashes] = text.slice(0, Math.max(split, 0)).split("\n");
  const number = Number(index.slice("index ".length));
  const isWhole = split > 0 && isUtf8Within(text, LARGEST_RECEIPT) && first === FIRST_LINE && hashes.length <= LONGEST_PROOF;
  if (!isWhole || !extra.startsWith("extra ") || !/^index (0|[1-9][0-9]{0,15})$/.test(index) || !Number.isSafeInteger(number)) {
    throw new Refused(MALFORMED);
  }
  const proof = hashes.map((line) => parseBase64(line, MALFORMED));
  if (proof.some((hash) => hash.length !== 32)) throw new Refused(MALFORMED);
  const receipt = {
    leaf: parseBase64(extra.slice("extra ".length), MALFORMED),
    index: number,
    proof,
    checkpoint: text.slice(split + 2),
  };
  try {
    parseLeaf(receipt.leaf);
    parseCheckpoint(receipt.checkpoint);
  } catch (error) {
    throw error instanceof Refused ? new Refused(MALFORMED) : error;
  }
  return receipt;
}

/** Gives the text of a receipt. */
export function encode(receipt: Receipt): string {
  const lines = [FIRST_LINE, `extra ${base64(receipt.leaf)}`, `index ${receipt.index}`, ...receipt.proof.map(base64)];
  return `${lines.join("\n")}\n\n${receipt.checkpoint}`;
}

/**
 * Performs steps 0 to 6 of docs/spec/receipt.md and gives what was found.
 * Throws Refused `receipt-malformed`, Untrusted `receipt-mismatch` (with the step), `note-not-signed`, `note-signature`.
 */
export async function check(text: string, expected: Expected, isSignature: SignatureCheck): Promise<CheckedReceipt> {
  // (0) it parses
  const receipt = parse(text);
  const leaf = parseLeaf(receipt.leaf);
  const [checkpoint, note] = parseCheckpoint(receipt.checkpoint);
  // (1) the entry is the one that was sent
  if (!isEqual(leaf.envelopeHash, expected.envelopeHash)) throw mismatch(1);
  // (2) and so is the commitment to the erasure code
  if (!isEqual(leaf.erasureCommitment, expected.erasureCommitment)) throw mismatch(2);
  // (3) dated within one day of the calendar
  if (expected.today !== null && Math.abs(leaf.receivedOn - expected.today) > 1) throw mismatch(3);
  // (4) the proof leads to the root
  try {
    await checkInclusion(await leafHash(receipt.leaf), receipt.index, checkpoint.size, receipt.proof, checkpoint.root);
  } catch (error) {
    throw error instanceof Untrusted ? mismatch(4) : error;
  }
  // (5) of the log this statement belongs to
  if (!isSameLog(checkpoint.origin, expected.origin)) throw mismatch(5);
  // (6) signed by the key the manifest names
  await checkSignature(note, checkpoint.origin, expected.logKey, isSignature);
  return { leaf, index: receipt.index, checkpoint };
}

/** Whether two origins are the same log's, of whichever generation: one that was closed has a successor (docs/spec/notices.md). */
function isSameLog(one: string, other: string): boolean {
  const [first, second] = [GENERATION.exec(one), GENERATION.exec(other)];
  return one === other || (first !== null && second !== null && first[1] === second[1]);
}

/** Gives the number of the step at which a check failed, for the screen that tells it. */
export function failedStep(error: Refused | Untrusted): number {
  if (error.code === MALFORMED) return 0;
  return error.code === "receipt-mismatch" ? Number(error.facts["step"]) : 6;
}

/** Gives the statement's identifier: a UUID version 8 (RFC 9562) of the first 16 bytes of SHA-256(envelope). */
export function identifier(envelopeHash: Bytes): string {
  const raw = envelopeHash.slice(0, 16);
  raw[6] = (raw[6]! & 0x0f) | 0x80;
  raw[8] = (raw[8]! & 0x3f) | 0x80;
  return hex(raw).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function mismatch(step: number): Untrusted {
  return new Untrusted("receipt-mismatch", { step });
}
