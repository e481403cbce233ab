// A date of birth typed in three fields, made one date: yyyy-mm-dd.

export type BirthProblem = "part" | "year" | "unreal";

/** Gives the date; empty if all three are. A problem says which sentence helps. */
export function birthDate(day: string, month: string, year: string): { readonly value: string; readonly problem: BirthProblem | null } {
  const parts = [day, month, year].map((part) => part.trim());
  if (parts.every((part) => part === "")) return { value: "", problem: null };
  if (parts.some((part) => part === "")) return { value: "", problem: "part" };
  const [dd, mm, yyyy] = parts as [string, string, string];
  if (!/^\d{4}$/.test(yyyy)) return { value: "", problem: /^\d{1,3}$/.test(yyyy) ? "year" : "unreal" };
  if (!/^\d{1,2}$/.test(dd) || !/^\d{1,2}$/.test(mm)) return { value: "", problem: "unreal" };
  return { value: `${yyyy}-${mm.padStart(2, "0")}-${dd.padStart(2, "0")}`, problem: null };
}
