// The place where the form stands: which screen is in it, and the two screens that need nothing that is fetched later.
import { button, focusOn, icon, make } from "./dom";
import type { Page } from "./page";

/** Shows one sentence in place of the form. */
export function showClosed(page: Page, sentence: string): void {
  present(page.place, make("div", { class: "flow" }, heading(page.words.say("form.title")), notice("warn", sentence)), false);
}

/** Puts a screen in the place and the focus on its heading. */
export function present(place: HTMLElement, screen: HTMLElement, takesFocus = true): void {
  place.replaceChildren(screen);
  const title = screen.querySelector<HTMLElement>("h1, h2");
  if (title && takesFocus) focusOn(title);
}

/** Gives the heading of a screen, under which the place is known. */
export function heading(text: string): HTMLElement {
  return make("h2", { id: "support-h" }, text);
}

/** Gives a message with its sign. */
export function notice(kind: "warn" | "bad", sentence: string): HTMLElement {
  return make("div", { class: `notice ${kind}` }, icon("alert"), make("p", {}, sentence));
}

/** Shows that a part of the page did not arrive: what tells more may be the part. */
export function showNotLoaded({ place, words }: Page, again: () => void): void {
  const act = make("p", {}, button(words.say("cannot.again"), "", again));
  present(place, make("div", { class: "flow" }, heading(words.say("cannot.load.title")), notice("warn", words.say("cannot.load.text")), act));
}
