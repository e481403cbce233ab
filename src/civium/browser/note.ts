// C2SP signed notes: a text and the lines of those who signed it (docs/spec/checkpoint.md).
import { type Bytes, concat, isEqual, isUtf8Within, parseBase64, sha256, u8, utf8 } from "./bytes";
import type { SignatureCheck } from "./ed25519";
import { Refused, Untrusted } from "./errors";

export interface NoteSignature {
  readonly name: string;
  readonly keyHash: Bytes;
  readonly signature: Bytes;
}

export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** In bytes of UTF-8. */
const LONGEST_NOTE = 65536;
const MOST_SIGNATURES = 16;
const ED25519 = 1;
const DASH = "\u2014 ";
/** A closed list: classes of Unicode grow with its versions, and two readers would disagree. */
const NAME = /^[^\u0000-\u0020+\u007f-\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+$/u;

/** Gives text and signatures of a note. Throws Refused `note-malformed`. */
export function parse(note: string): Note {
  const split = note.lastIndexOf("\n\n");
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2);
  const isText = text.length > 1 && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
  if (!isUtf8Within(note, LONGEST_NOTE) || split < 0 || !lines.endsWith("\n") || !isText) {
    throw new Refused("note-malformed");
  }
  const signatures = lines.slice(0, -1).split("\n").map(parseLine);
  if (signatures.length > MOST_SIGNATURES) throw new Refused("note-malformed");
  return { text, signatures };
}

/** Checks that this Ed25519 key signed the note under this name. Throws Untrusted `note-not-signed` or `note-signature`. */
export async function checkSignature(note: Note, name: string, publicKey: Bytes, isSignature: SignatureCheck): Promise<void> {
  const expected = await keyHash(name, publicKey);
  const line = note.signatures.find((candidate) => candidate.name === name && isEqual(candidate.keyHash, expected));
  if (!line) throw new Untrusted("note-not-signed");
  if (!(await isSignature(publicKey, utf8(note.text), line.signature))) throw new Untrusted("note-signature");
}

/** Gives the four bytes that name an Ed25519 key under a key name. */
export async function keyHash(name: string, publicKey: Bytes): Promise<Bytes> {
  return (await sha256(concat(utf8(`${name}\n`), u8(ED25519), publicKey))).slice(0, 4);
}

function parseLine(line: string): NoteSignature {
  const [name = "", encoded = "", ...more] = line.slice(DASH.length).split(" ");
  const raw = parseBase64(encoded, "note-malformed");
  if (!line.startsWith(DASH) || more.length > 0 || !NAME.test(name) || raw.length < 5) throw new Refused("note-malformed");
  return { name, keyHash: raw.slice(0, 4), signature: raw.slice(4) };
}
