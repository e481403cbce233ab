// What makes two statements one person's, normalised the same way here and at the authority (docs/spec/identity-key.md).
import { type Bytes, bytes16, bytes8, concat, u8, utf8 } from "./bytes";

export const VERSION = 1;

const LABEL = "civium identity key v1";
const LOOK_ALIKES = table("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХ", [..."ABEZHIKMNOPTYXABEKMHOPCTYX"]);
const LETTERS = table("ßæœøđðłħŧþıŋĸſς", ["ss", "ae", "oe", "o", "d", "d", "l", "h", "t", "th", "i", "n", "k", "s", "σ"]);
const DROPPED = /[\s\u0000-\u001f\u007f-\u009f'’ʼ‘´`\-‐‑‒–—.,·/_()"]/u;

/** Gives the identity key of a statement's fields: by number where the form asks one, else by names, birth date and postal code. */
export function identityKey(jurisdiction: string, fields: Readonly<Record<string, string>>): Bytes {
  const part = (text: string): Bytes => bytes16(utf8(text));
  const start = concat(utf8(LABEL), bytes8(utf8(jurisdiction)));
  if ("id_number" in fields || "id_type" in fields) {
    return concat(start, u8(1), part(fields["id_type"] ?? ""), part(foldNumber(fields["id_number"] ?? "")));
  }
  return concat(
    start,
    u8(2),
    part(foldName(fields["full_first_names"] ?? "")),
    part(foldName(fields["family_names"] ?? "")),
    part(fields["date_of_birth"] ?? ""),
    part(foldNumber(fields["residence_postal_code"] ?? "")),
  );
}

/** Gives a document number as A-Z and 0-9 only, without leading zeros, separators and the look-alikes of Greek and Cyrillic. */
export function foldNumber(text: string): string {
  const latin = Array.from(text.normalize("NFKC"), (character) => LOOK_ALIKES.get(character) ?? character).join("");
  const plain = latin.replace(/[a-z]/g, (letter) => letter.toUpperCase()).replace(/[^A-Z0-9]/g, "");
  // Forms take 01234567L and 1234567L alike: with the zeros one person would be two.
  return plain.replace(/^0+/, "");
}

/** Gives a name without case, accents, hyphens, apostrophes, spaces and invisible signs. Nothing is transliterated. */
export function foldName(text: string): string {
  let folded = "";
  for (const character of text.normalize("NFKD")) {
    // Combining marks go; Mn and Me, not Mc: a spacing mark is a letter's part in the scripts that have it.
    // So do format signs (Cf): nobody sees a soft hyphen or a zero-width space that makes one name two.
    if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) continue;
    const [lower] = character.toLowerCase();
    const plain = LETTERS.get(lower!) ?? lower!;
    for (const piece of plain) if (!DROPPED.test(piece)) folded += piece;
  }
  return folded;
}

function table(letters: string, plain: readonly string[]): ReadonlyMap<string, string> {
  const pairs = Array.from(letters, (letter, at) => [letter, plain[at]!] as const);
  // Look-alikes are of capitals; their small letters stand for the same (the other table has small letters only, and these stay).
  return new Map([...pairs.map(([letter, value]) => [letter.toLowerCase(), value] as const), ...pairs]);
}
