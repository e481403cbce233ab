// "Clear everything": for a borrowed device. It asks once, in the page, because it cannot be taken back.
import { button, make } from "./dom";
import type { Words } from "./words";

/** Gives the button with its question. */
export function clearPart(words: Words, clear: () => void): HTMLElement {
  const place = make("div", { class: "group" });
  const ask = button(words.say("clear.button"), "plain", () => {
    place.replaceChildren(make("p", {}, words.say("clear.question")), make("div", { class: "actions" }, yes, no));
    no.focus();
  });
  const yes = button(words.say("clear.yes"), "danger compact", clear);
  const no = button(words.say("clear.no"), "second compact", () => {
    place.replaceChildren(ask);
    ask.focus();
  });
  place.append(ask);
  return place;
}
