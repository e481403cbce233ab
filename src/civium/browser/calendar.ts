// Today in Brussels, by the server's clock: a device's own may be wrong by years.
import { Refused } from "./errors";
import { brusselsDate } from "./law-periods";

export interface Calendar {
  /** Gives the present instant, in milliseconds since 1970. */
  now(): number;
  /** Gives today in Brussels, yyyy-mm-dd. */
  today(): string;
  /** Puts it right by the `Date` header of a later reply; one that cannot be read changes nothing. */
  correct(header: string | null): void;
}

/** Gives the calendar of a reply's `Date` header; `elapsed` counts milliseconds and never goes back. Throws Refused `no-calendar`. */
export function calendarOf(header: string | null, elapsed: () => number): Calendar {
  let base = NaN;
  const correct = (date: string | null): void => {
    const answered = Date.parse(date ?? "");
    if (!Number.isNaN(answered)) base = answered - elapsed();
  };
  correct(header);
  if (Number.isNaN(base)) throw new Refused("no-calendar");
  const now = (): number => base + elapsed();
  return { now, today: () => brusselsDate(new Date(now())), correct };
}
