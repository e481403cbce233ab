// The civil date in Brussels, and the days of a collection period. src/civium/law/periods.py does the same; vectors/periods.json binds both.

/** Give the civil date in Brussels at an instant, as yyyy-mm-dd (summer time: Directive 2000/84/EC). */
export function brusselsDate(now: Date): string {
  const year = now.getUTCFullYear();
  const isSummer = now.getTime() >= lastSunday(year, 3) && now.getTime() < lastSunday(year, 10);
  return new Date(now.getTime() + (isSummer ? 2 : 1) * 3_600_000).toISOString().slice(0, 10);
}

/** Give the instant, in milliseconds since 1970, at which a day ends in Brussels. */
export function endOf(day: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  // Two hours before midnight by UTC it is the next day already in summer, one hour before it always is.
  const early = midnight - 7_200_000;
  return brusselsDate(new Date(early)) > day ? early : midnight - 3_600_000;
}

/** Say whether collection waits, runs or has ended on a day; the first and the last day belong to it. */
export function phase(opensOn: string, closesOn: string, today: string): "waiting" | "collecting" | "ended" {
  if (today < opensOn) return "waiting";
  return today <= closesOn ? "collecting" : "ended";
}

/** Give 01:00 UTC of the last Sunday of a month with 31 days. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month - 1, 31, 1));
  return last.getTime() - last.getUTCDay() * 86_400_000;
}
