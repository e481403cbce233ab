// The civil date in Brussels, and the days of a collection period. src/civium/law/periods.py does the same; vectors/periods.json binds both.

/** Give the civil date in Brussels at an instant, as yyyy-mm-dd (summer time: Directive 2000/84/EC). */
export function brusselsDate(now: Date): string {
  const year = now.getUTCFullYear();
  const isSummer = now.getTime() >= lastSunday(year, 3) && now.getTime() < lastSunday(year, 10);
  return new Date(now.getTime() + (isSummer ? 2 : 1) * 3_600_000).toISOString().slice(0, 10);
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
