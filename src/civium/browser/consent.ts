// The two boxes, never ticked beforehand: the declaration of Annex III, and that the one privacy statement was read, which stands here in full.
import { focusOn, make } from "./dom";
import { type TickField, tickField } from "./field";
import type { Mistake } from "./summary";
import type { Words } from "./words";

export interface Consent {
  readonly declaration: TickField;
  readonly privacy: TickField;
  readonly elements: readonly HTMLElement[];
  /** Shows and gives what is not ticked. */
  review(): Mistake[];
  /** Takes the messages away. */
  calm(): void;
}

/** Gives the boxes with the official wording the page brought. */
export function makeConsent(words: Words): Consent {
  const statement = privacyStatement(words);
  const declaration = tickField("declaration", [words.say("official.declaration")]);
  const privacy = tickField("privacy", privacySentence(words, statement));
  for (const box of [declaration, privacy]) box.element.addEventListener("change", () => box.showFault(null));
  return {
    declaration,
    privacy,
    elements: [make("div", { class: "group boxes" }, declaration.element, privacy.element), statement],
    review: () => [...missing(declaration, words.say("error.declaration")), ...missing(privacy, words.say("error.privacy"))],
    calm: () => [declaration, privacy].forEach((box) => box.showFault(null)),
  };
}

function missing(box: TickField, sentence: string): Mistake[] {
  box.showFault(box.isTicked() ? null : sentence);
  return box.isTicked() ? [] : [{ target: box.target, sentence }];
}

/** Gives the sentence with its two links: `[privacy]…[/privacy]` opens the statement on this page, `[initiative]…[/initiative]` leads to the text. */
function privacySentence(words: Words, statement: HTMLDetailsElement): (string | HTMLElement)[] {
  const pieces: (string | HTMLElement)[] = [];
  // split gives, again and again: text before, name of the link, words of the link.
  const parts = words.say("privacy.tick").split(/\[(privacy|initiative)\](.*?)\[\/\1\]/);
  for (let at = 0; at < parts.length; at += 3) {
    pieces.push(parts[at]!);
    const [name, content] = [parts[at + 1], parts[at + 2]];
    if (name !== undefined && content !== undefined) pieces.push(name === "privacy" ? privacyLink(content, statement) : make("a", { href: "#asks" }, content));
  }
  return pieces;
}

function privacyLink(content: string, statement: HTMLDetailsElement): HTMLElement {
  const link = make("a", { href: "#privacy" }, content);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    statement.open = true;
    focusOn(statement.lastElementChild as HTMLElement);
  });
  return link;
}

function privacyStatement(words: Words): HTMLDetailsElement {
  const language = words.has("official.privacy_statement.language") ? words.say("official.privacy_statement.language") : null;
  const paragraphs = words.say("official.privacy_statement").split(/\n+/);
  const text = make("div", { lang: language }, ...paragraphs.map((paragraph) => make("p", {}, paragraph)));
  return make("details", { class: "more", id: "privacy" }, make("summary", {}, words.say("official.privacy_title")), text);
}
