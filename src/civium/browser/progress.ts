// Figures of an initiative from its counts, written as the server wrote them: in the language of the page, whatever the browser knows.

export interface Counts {
  readonly received: number;
  readonly goal: number;
  readonly jurisdictions: Readonly<Record<string, number>>;
}

/** How the page writes figures: what stands between thousands, and nothing per cent. */
export interface Writing {
  readonly grouping: string;
  readonly percent: string;
}

/** Gives the counts of a reply, or null if it is not one: nothing half-read is ever shown. */
export function readCounts(reply: unknown): Counts | null {
  const told = reply as Partial<Counts> | null;
  if (typeof told !== "object" || told === null || !isCount(told.received) || !isCount(told.goal)) return null;
  const places = told.jurisdictions;
  return typeof places === "object" && places !== null && Object.values(places).every(isCount) ? (told as Counts) : null;
}

/** Gives a count as the page writes it. */
export function written(count: number, { grouping }: Writing): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, grouping);
}

/** Gives a share of one as whole per cent, rounded down: a threshold is reached when it is reached. */
export function inPercent(share: number, writing: Writing): string {
  return writing.percent.replace("0", written(Math.trunc(share * 100), writing));
}

const FIRST_SECONDS = 60;
const LONGEST_SECONDS = 960;

/** Gives the seconds until the next question after so many failures in a row. */
export function pause(failures: number): number {
  return Math.min(FIRST_SECONDS * 2 ** failures, LONGEST_SECONDS);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
