// The end of the collection period while a page is open: a countdown in the last hours, and the end itself, by the server's clock.
//
// The rules are:
// - the period ends at midnight in Brussels (Art. 8 of Regulation 2019/788 counts days); the device's clock and time zone do not matter;
// - a device that slept, or whose clock was put right, asks the server for the time again;
// - what is on its way when the period ends is the server's to answer.
import { type Child, icon, make } from "./dom";
import type { Calendar } from "./calendar";
import { endOf } from "./law-periods";
import type { Words } from "./words";

/** What is watched, and what is done then. */
export interface Watch {
  readonly calendar: Calendar;
  readonly closesOn: string;
  /** Shows the countdown; null: there is none. */
  show(element: HTMLElement | null): void;
  ended(): void;
  /** Puts the calendar right by the server's clock. */
  ask(): Promise<void>;
}

const TICK_MS = 1_000;
const HOUR_MS = 3_600_000;
// The last hours: what is left of the last day, and no less than an evening.
const LAST_MS = 24 * HOUR_MS;
const SECONDS_FROM_MS = 600_000;
const DRIFT_MS = 30_000;

/** Watches until the end; gives a function that stops it. */
export function watchEnd(words: Words, { calendar, closesOn, show, ended, ask }: Watch): () => void {
  const end = endOf(closesOn);
  let shown = "";
  let drift = Date.now() - calendar.now();
  const look = (): void => {
    const left = end - calendar.now();
    if (left <= 0) {
      clearInterval(timer);
      show(null);
      return ended();
    }
    const time = left > LAST_MS ? "" : sayLeft(left);
    if (time === shown) return;
    shown = time;
    show(time === "" ? null : countdown(words.say("last.left", { time })));
  };
  const tick = (): void => {
    const now = Date.now() - calendar.now();
    if (Math.abs(now - drift) < DRIFT_MS) return look();
    // The counter of the page stood still while the device slept, or somebody set its clock.
    drift = now;
    void ask().then(() => {
      drift = Date.now() - calendar.now();
      look();
    }, look);
  };
  const timer = setInterval(tick, TICK_MS);
  look();
  return () => clearInterval(timer);
}

/** Gives the time left in figures and the signs that all languages of the Union share; in minutes, and in seconds at the very end. */
export function sayLeft(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (milliseconds < SECONDS_FROM_MS) return `${minutes} min ${two(seconds % 60)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

function countdown(sentence: Child): HTMLElement {
  // A timer is not announced by itself: nobody is interrupted while filling in the form.
  return make("div", { class: "notice warn", role: "timer" }, icon("clock"), make("p", {}, sentence));
}
