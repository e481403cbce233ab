// A log's signed head: origin, size, root (docs/spec/checkpoint.md).
import { type Bytes, base64, parseBase64 } from "./bytes";
import { Refused } from "./errors";
import { type Note, parse as parseNote } from "./note";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** Gives the checkpoint of a signed note, its signatures unchecked. Throws Refused `note-malformed` or `checkpoint-malformed`. */
export function parse(text: string): readonly [Checkpoint, Note] {
  const note = parseNote(text);
  const lines = note.text.split("\n").slice(0, -1);
  const [origin = "", digits = "", encoded = ""] = lines;
  const size = Number(digits);
  const root = parseBase64(encoded, "checkpoint-malformed");
  const isWhole = lines.length >= 3 && lines.every((line) => line !== "");
  if (!isWhole || !/^(0|[1-9][0-9]*)$/.test(digits) || !Number.isSafeInteger(size) || root.length !== 32) {
    throw new Refused("checkpoint-malformed");
  }
  return [{ origin, size, root }, note];
}

/** Gives the three lines that are signed. */
export function textOf(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${base64(checkpoint.root)}\n`;
}
