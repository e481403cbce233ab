// Today in Brussels, by the server's clock: a device's own may be wrong by years.
import { Refused } from "./errors";
import { brusselsDate } from "./law-periods";

export interface Calendar {
  /** Gives today in Brussels, yyyy-mm-dd. */
  today(): string;
}

/** Gives the calendar of a reply's `Date` header; `elapsed` counts milliseconds and never goes back. Throws Refused `no-calendar`. */
export function calendarOf(header: string | null, elapsed: () => number): Calendar {
  const answered = Date.parse(header ?? "");
  if (Number.isNaN(answered)) throw new Refused("no-calendar");
  const from = elapsed();
  return { today: () => brusselsDate(new Date(answered + elapsed() - from)) };
}
