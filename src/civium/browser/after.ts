// What comes after the thanks, fetched when the receipt was checked: the organisers' words and call, the way back, news, feedback.
//
// The rules are:
// - addresses come from the page, which has them from the organisers' set-up; they begin with https or are this site's own;
// - nothing here knows the statement, its identifier or its erasure code, and nothing sent from here holds any of them;
// - feedback leaves when its button is pressed, with a grade and what was written, and nothing else.
import { button, make } from "./dom";
import type { Page } from "./page";
import type { Words } from "./words";

const GRADES = ["bad", "fair", "fine", "good"] as const;
const LONGEST_COMMENT = 1000;

/** Gives the parts to show, in their order. */
export function afterParts(page: Page): HTMLElement[] {
  return [organisersPart(page), newsPart(page), feedbackPart(page)].filter((part) => part !== null);
}

function organisersPart({ place, words }: Page): HTMLElement | null {
  const call = place.getAttribute("data-call");
  const back = place.getAttribute("data-callback");
  const note = words.has("organisers.thanks_note") ? words.say("organisers.thanks_note").split(/\n\s*\n/) : [];
  if (!call && !back && note.length === 0) return null;
  return make(
    "section",
    { class: "flow", "aria-labelledby": "organisers-h" },
    make("h2", { id: "organisers-h" }, words.say("after.organisers")),
    ...note.map((paragraph) => make("p", { lang: languageOf(words, "organisers.thanks_note") }, paragraph)),
    call && isSecure(call) ? make("p", {}, outside(call, words.say("organisers.call"), "button", languageOf(words, "organisers.call"))) : null,
    back && isSecure(back) ? make("p", {}, outside(back, words.say("after.back"), "", null)) : null,
  );
}

function newsPart({ place, words }: Page): HTMLElement | null {
  const address = place.getAttribute("data-news");
  if (!address) return null;
  return make(
    "section",
    { class: "card flow", "aria-labelledby": "news-h" },
    make("h2", { id: "news-h" }, words.say("after.news")),
    make("p", {}, words.say("after.news.text")),
    make("p", {}, outside(address, words.say("after.news.link"), "button second", null)),
  );
}

function feedbackPart({ place, words }: Page): HTMLElement | null {
  const address = place.getAttribute("data-feedback");
  if (!address) return null;
  const part = make("section", { class: "flow", "aria-labelledby": "feedback-h" });
  const told = make("p", { class: "small", role: "status" });
  const grades = GRADES.map((grade) => {
    const input = make("input", { type: "radio", name: "grade", value: grade });
    return { input, label: make("label", { class: "choice" }, input, ` ${words.say(`feedback.${grade}`)}`) };
  });
  const comment = make("textarea", { id: "feedback-comment", rows: "4", maxlength: String(LONGEST_COMMENT), autocomplete: "off", "aria-describedby": "feedback-hint" });
  const send = button(words.say("feedback.send"), "second", () => {
    const grade = grades.find(({ input }) => input.checked)?.input;
    if (!grade) {
      told.textContent = words.say("error.choice");
      grades[0]?.input.focus();
      return;
    }
    send.disabled = true;
    void post(address, grade.value, comment.value).then((sentence) => {
      send.disabled = false;
      if (sentence !== "feedback.sent") {
        told.textContent = words.say(sentence);
        return;
      }
      const done = make("p", { role: "status", tabindex: "-1" }, words.say(sentence));
      part.replaceChildren(part.querySelector("h2") as HTMLElement, done);
      done.focus();
    });
  });
  part.append(
    make("h2", { id: "feedback-h" }, words.say("feedback.title")),
    make("fieldset", {}, make("legend", { class: "vh" }, words.say("feedback.title")), make("div", { class: "choices grades" }, ...grades.map(({ label }) => label))),
    make(
      "div",
      { class: "field" },
      make("label", { for: "feedback-comment" }, words.say("feedback.comment")),
      make("p", { class: "hint", id: "feedback-hint" }, words.say("feedback.hint")),
      comment,
    ),
    make("div", { class: "actions" }, send, told),
  );
  return part;
}

/** Sends a grade and a comment, and gives what to say of it. */
async function post(address: string, grade: string, comment: string): Promise<string> {
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ grade, comment }), credentials: "omit", cache: "no-store" });
    if (answer.ok) return "feedback.sent";
    return answer.status === 429 ? "feedback.often" : "feedback.failed";
  } catch {
    return "feedback.failed";
  }
}

/** Gives a link that leaves this page open: what it shows is shown only once. */
function outside(href: string, label: string, kind: string, language: string | null): HTMLElement {
  return make("a", { href, target: "_blank", rel: "noopener noreferrer", class: kind || null, lang: language }, label);
}

function isSecure(address: string): boolean {
  return address.startsWith("https:");
}

function languageOf(words: Words, key: string): string | null {
  return words.has(`${key}.language`) ? words.say(`${key}.language`) : null;
}
