// Names of States and countries in the reader's language, in the order of that language.
import type { Words } from "./words";

export interface NamedPlace {
  readonly code: string;
  readonly name: string;
}

// The Union's institutions write EL for Greece; everybody else's lists have GR (ISO 3166-1).
const UNION_CODES: Readonly<Record<string, string>> = { EL: "GR" };

/** Gives the ISO code of a place that has one. */
export function isoOf(code: string): string {
  return UNION_CODES[code] ?? code;
}

/** Gives the name of a country by its ISO code or a Member State by the Union's code; the page's own name wins over the browser's. */
export function placeName(words: Words, code: string): string {
  const iso = isoOf(code);
  if (words.has(`country.${iso}`)) return words.say(`country.${iso}`);
  if (!/^[A-Z]{2}$/.test(iso)) return code;
  return new Intl.DisplayNames([words.language], { type: "region" }).of(iso) ?? code;
}

/** Gives the places by name, in the reader's order. */
export function sortedPlaces(words: Words, codes: readonly string[]): NamedPlace[] {
  const collator = new Intl.Collator(words.language);
  return codes.map((code) => ({ code, name: placeName(words, code) })).sort((one, other) => collator.compare(one.name, other.name));
}
