// A date of birth typed in three fields, made one date: yyyy-mm-dd; the fields stand in the order of the reader's language.
import { trim as tidy } from "./numbers";
import { localeOf } from "./words";

export type BirthProblem = "part" | "year" | "unreal";
export type BirthPart = "day" | "month" | "year";

/** Gives the parts in the order in which people of a language write a date in figures. */
export function birthOrder(language: string): readonly BirthPart[] {
  const parts: readonly BirthPart[] = ["day", "month", "year"];
  if (Intl.DateTimeFormat.supportedLocalesOf(language).length === 0) return parts;
  const written = new Intl.DateTimeFormat(localeOf(language), { dateStyle: "short" }).formatToParts(0).map(({ type }) => type);
  return [...parts].sort((one, other) => written.indexOf(one) - written.indexOf(other));
}

/** Gives day, month and year of a whole date put into one field, or null; the day comes first in the Union, unless the year does. */
export function wholeDate(text: string): Readonly<Record<BirthPart, string>> | null {
  const [, one, month, last] = /^\D*(\d{1,4})[./\s-]+(\d{1,2})[./\s-]+(\d{1,4})\D*$/.exec(text) ?? [];
  if (one === undefined || month === undefined || last === undefined) return null;
  if (one.length === 4 && last.length <= 2) return { day: last, month, year: one };
  return one.length <= 2 && last.length === 4 ? { day: one, month, year: last } : null;
}

/** Gives the date; empty if all three are. A problem says which sentence helps. */
export function birthDate(day: string, month: string, year: string): { readonly value: string; readonly problem: BirthProblem | null } {
  const parts = [day, month, year].map((part) => tidy(part.normalize("NFKC")).replace(/\.$/, ""));
  if (parts.every((part) => part === "")) return { value: "", problem: null };
  if (parts.some((part) => part === "")) return { value: "", problem: "part" };
  const [dd, mm, yyyy] = parts as [string, string, string];
  if (!/^\d{4}$/.test(yyyy)) return { value: "", problem: /^\d{1,3}$/.test(yyyy) ? "year" : "unreal" };
  if (!/^\d{1,2}$/.test(dd) || !/^\d{1,2}$/.test(mm)) return { value: "", problem: "unreal" };
  return { value: `${yyyy}-${mm.padStart(2, "0")}-${dd.padStart(2, "0")}`, problem: null };
}
