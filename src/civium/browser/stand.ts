// Stand mode, for a device that goes from hand to hand in the street: the page clears itself for the next person.
//
// The rules are:
// - it is asked for by `#stand` in the address, which is taken off at once and put back only for the moment of the next page;
// - it clears 60 seconds after the thanks, and where nobody touched a begun form for three minutes;
// - it is counted down in sight, and can be stopped (WCAG 2.2, success criterion 2.2.1).
import { button, focusOn, make } from "./dom";
import type { Words } from "./words";

const SECONDS = 60;
const IDLE_MS = 180_000;

/** Leaves this page for a fresh one in stand mode: nothing of this one can be reached again. */
export function nextPerson(fragment: string): void {
  history.replaceState(null, "", location.pathname + location.search + fragment);
  location.reload();
}

/** Shows the countdown at the head of a screen; when it is through, or at its button, `clear` is called. */
export function countDown(screen: Element, words: Words, clear: () => void): void {
  const left = make("p", { role: "timer" });
  // Said once to whoever hears the page; seen is the line that counts.
  const told = make("p", { class: "vh", role: "status" });
  const stop = button(words.say("stand.stop"), "second compact", () => {
    halt();
    left.remove();
    stop.remove();
    told.className = "";
    told.textContent = words.say("stand.stopped");
  });
  const next = button(words.say("shared.clear"), "second compact", clear);
  screen.prepend(make("div", { class: "notice", id: "stand" }, left, told, make("div", { class: "actions" }, stop, next)));
  const halt = everySecond(words, "stand.left", left, clear);
  told.textContent = left.textContent;
  scrollTo({ top: 0, behavior: "instant" });
}

/** Clears a begun form that nobody touches any more, after asking. */
export function watchIdle(place: HTMLElement, words: Words, isBegun: () => boolean, clear: () => void): void {
  let asking: HTMLElement | null = null;
  let halt = (): void => undefined;
  let timer = 0;
  const again = (): void => {
    halt();
    asking?.remove();
    asking = null;
    clearTimeout(timer);
    timer = window.setTimeout(() => (isBegun() ? ask() : again()), IDLE_MS);
  };
  const ask = (): void => {
    const left = make("p", { role: "timer" });
    const here = button(words.say("stand.here"), "compact", again);
    asking = make("div", { class: "notice warn", id: "stand" }, left, make("div", { class: "actions" }, here));
    place.prepend(asking);
    halt = everySecond(words, "stand.idle", left, clear);
    focusOn(left);
  };
  for (const event of ["pointerdown", "keydown", "input"]) addEventListener(event, again);
  again();
}

/** Says the seconds left until `act`; gives a function that stops it. */
function everySecond(words: Words, key: string, place: HTMLElement, act: () => void): () => void {
  let seconds = SECONDS;
  const say = (): void => void (place.textContent = words.say(key, { n: String(seconds) }));
  const timer = setInterval(() => {
    seconds -= 1;
    say();
    if (seconds > 0) return;
    clearInterval(timer);
    act();
  }, 1000);
  say();
  return () => clearInterval(timer);
}
