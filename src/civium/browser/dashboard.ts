// How the organisers' dashboard renews itself: when it asks, and what it takes over. Nothing here touches a page.

const FIRST_SECONDS = 60;
const LONGEST_SECONDS = 960;

/** Gives the seconds until the next question after so many failures in a row: never less than a minute. */
export function pause(failures: number): number {
  return Math.min(FIRST_SECONDS * 2 ** failures, LONGEST_SECONDS);
}

/** Says whether a reply is the part of the page that was asked for: another page, such as a log-on, is never put in its place. */
export function isPart(status: number, type: string | null): boolean {
  return status === 200 && (type ?? "").startsWith("text/html");
}

/** Says whether asking again is of use: not for whoever is logged off, or may not see it any more. */
export function isOver(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}
