// What a value that looks unusual may have been meant to be: only for the sentence beside the field; what is sealed is what was typed.
import { type AcceptedNumber, checkDigitsAgree, normalise } from "./law";

export type Near =
  | { readonly kind: "zero"; readonly number: string }
  | { readonly kind: "alphabet" }
  | { readonly kind: "other"; readonly other: AcceptedNumber }
  | { readonly kind: "length"; readonly typed: number; readonly usual: number }
  | null;

export type NameMistake = "email" | "figures" | null;
export type NameNote = "title" | "long" | null;

// More of them in one number are no slip of the finger.
const MOST_SLIPS = 6;
const FIGURES: Readonly<Record<string, string>> = { O: "0", I: "1", L: "1" };
const PLAIN = /^[NL]{4,}$/;
// Forms of address and degrees before a name, as they are shortened in the languages of the Union; a name of these letters alone has no full stop.
const TITLES = /^(?:(?:dr|prof|mag|ing|dipl|mgr|mr|mrs|ms|δρ|κ|проф|inż|arch|dott|avv)\.|(?:dr|prof|herr|frau|mr|mrs|д-р)\s)/iu;
const LONG = 200;

/** Gives what may have been meant by a number that does not have the form of its document; `others` are the State's other documents. */
export function nearNumber(number: AcceptedNumber, others: readonly AcceptedNumber[], typed: string): Near {
  const text = normalise(number.normalise, typed);
  if (/[^\P{L}A-Z]/u.test(text)) return { kind: "alphabet" };
  const other = others.find((accepted) => accepted !== number && fits(accepted, typed));
  const mended = withFigures(text).find((candidate) => fits(number, candidate));
  if (mended !== undefined) return { kind: "zero", number: mended };
  if (other) return { kind: "other", other };
  const usual = number.example ?? (PLAIN.test(number.format ?? "") ? number.format! : "");
  return usual !== "" && usual.length !== text.length ? { kind: "length", typed: text.length, usual: usual.length } : null;
}

/** Gives what stands in the field of a name and is none. */
export function nameMistake(typed: string): NameMistake {
  if (typed.includes("@")) return "email";
  return /\p{N}/u.test(typed) ? "figures" : null;
}

/** Gives what is worth a word about a name that may be right as it is. */
export function nameNote(typed: string): NameNote {
  if (TITLES.test(typed)) return "title";
  return [...typed].length > LONG ? "long" : null;
}

/** Says whether the first names hold the family names too, as browsers fill them in. */
export function holdsBoth(first: string, family: string): boolean {
  const [one, other] = [first.toLowerCase(), family.toLowerCase()];
  return other !== "" && one !== other && ` ${one} `.includes(` ${other} `);
}

function fits(number: AcceptedNumber, typed: string): boolean {
  const text = normalise(number.normalise, typed);
  return new RegExp(number.pattern, "u").test(text) && (number.check === null || checkDigitsAgree(number.check, text));
}

/** Gives the text with letters that look like figures changed to them: each choice of places, those with fewest changes first. */
function withFigures(text: string): string[] {
  const places = [...text].flatMap((sign, place) => (sign in FIGURES ? [place] : []));
  if (places.length === 0 || places.length > MOST_SLIPS) return [];
  const changed = Array.from({ length: 2 ** places.length - 1 }, (_, at) => {
    const chosen = places.filter((_place, bit) => ((at + 1) >> bit) & 1);
    return { changes: chosen.length, text: [...text].map((sign, place) => (chosen.includes(place) ? FIGURES[sign]! : sign)).join("") };
  });
  return changed.sort((one, other) => one.changes - other.changes).map((candidate) => candidate.text);
}
