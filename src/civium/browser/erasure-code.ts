// The code with which a signatory takes a statement back, as people copy it (docs/spec/receipt.md).
import { type Bytes, sha256, utf8 } from "./bytes";
import { Refused } from "./errors";

const CODE_SIZE = 16;
const CHARACTERS = 28;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Gives a new code: 16 random bytes. */
export function makeCode(): Bytes {
  return crypto.getRandomValues(new Uint8Array(CODE_SIZE));
}

/** Gives what the header carries, so that only the holder of the code can take the statement back. */
export function commitment(collection: Bytes, code: Bytes): Promise<Bytes> {
  return sha256(utf8("civium erase v1"), collection, code);
}

/** Gives the code in seven groups of four characters, the last ones a check. */
export async function textOf(code: Bytes): Promise<string> {
  let bits = "";
  for (const byte of code) bits += byte.toString(2).padStart(8, "0");
  bits += await checkBits(code);
  const characters = (bits.match(/.{5}/g) ?? []).map((five) => CROCKFORD[parseInt(five, 2)]).join("");
  return (characters.match(/.{4}/g) ?? []).join("-");
}

/** Gives the 16 bytes of a code a person typed. Throws Refused `erasure-code-mistyped`. */
export async function parse(text: string): Promise<Bytes> {
  const characters = text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const values = Array.from(characters, (character) => CROCKFORD.indexOf(character));
  if (values.length !== CHARACTERS || values.includes(-1)) throw new Refused("erasure-code-mistyped");
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  const code = Uint8Array.from(bits.slice(0, CODE_SIZE * 8).match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
  if ((await checkBits(code)) !== bits.slice(CODE_SIZE * 8)) throw new Refused("erasure-code-mistyped");
  return code;
}

async function checkBits(code: Bytes): Promise<string> {
  const [first, second] = await sha256(utf8("civium erasure code v1"), code);
  return (first! * 0x100 + second!).toString(2).padStart(16, "0").slice(0, 12);
}
