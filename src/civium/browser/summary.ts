// What stands at the head of the form when something is missing: it gets the focus, and leads to each field (look: `.summary`).
import { make } from "./dom";
import type { Words } from "./words";

export interface Mistake {
  readonly target: HTMLElement;
  readonly sentence: string;
}

export interface Summary {
  readonly element: HTMLElement;
  show(words: Words, mistakes: readonly Mistake[]): void;
  hide(): void;
}

/** Gives the place of the summary, hidden. */
export function makeSummary(): Summary {
  const element = make("div", { class: "summary", role: "alert", tabindex: "-1", "aria-labelledby": "summary-h", hidden: true });
  return {
    element,
    show(words, mistakes) {
      element.replaceChildren(
        make("h2", { id: "summary-h" }, words.say("summary.title")),
        make("p", {}, words.say("summary.text")),
        make("ul", {}, ...mistakes.map((mistake) => make("li", {}, linkTo(mistake)))),
      );
      element.hidden = false;
      element.focus();
    },
    hide() {
      element.hidden = true;
      element.replaceChildren();
    },
  };
}

function linkTo({ target, sentence }: Mistake): HTMLAnchorElement {
  const link = make("a", { href: `#${target.id}` }, sentence);
  // The address of the page stays as it is: not even which field was missing is written into it.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.focus();
  });
  return link;
}
