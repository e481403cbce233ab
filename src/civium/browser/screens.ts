// The screens between form and thanks: unknown, the receipt does not fit, not taken, cannot be filled in at all. They come with later.ts.
import { base64 } from "./bytes";
import { type Child, button, make } from "./dom";
import type { Refused, Untrusted } from "./errors";
import { copyButton, saveButton, saveFile } from "./files";
import type { Page } from "./page";
import { heading, notice, present } from "./present";
import { failedStep } from "./receipt";
import type { Sealed } from "./sealed";
import type { Progress } from "./send";
import type { Words } from "./words";

const SENTENCES: Readonly<Record<Exclude<Progress, "unknown">, string>> = {
  sending: "sending.text",
  slow: "sending.slow",
  offline: "sending.offline",
  busy: "sending.busy",
  again: "sending.again",
};

// The server's codes (docs/errors.md) -> our sentence; what is not here is the server's or our own mistake.
const REFUSALS: Readonly<Record<string, string>> = {
  "collection-not-started": "refused.collection-waiting",
  "collection-ended": "refused.collection-ended",
  "collection-paused": "refused.collection-paused",
  "manifest-expired": "refused.page-old",
  "unknown-manifest": "refused.page-old",
  "unknown-key": "refused.page-old",
  "unknown-collection": "refused.page-old",
  "page-old": "refused.page-old",
  "unknown-jurisdiction": "refused.state-closed",
  "state-closed": "refused.state-closed",
  "too-many": "refused.too-many",
  "challenge-missing": "refused.work",
  "challenge-forged": "refused.work",
  "challenge-expired": "refused.work",
  "challenge-spent": "refused.work",
};

/** Shows that the statement is being sealed; gives the line that says how it goes on. */
export function showSealing(place: HTMLElement, words: Words): HTMLElement {
  const status = make("p", { role: "status" }, words.say("sending.sealing"));
  present(place, make("div", { class: "flow" }, heading(words.say("sending.title")), status));
  return status;
}

/** Shows how asking for what sealing needs goes on; nothing was sent yet that could be stored. */
export function showAsking(words: Words, status: HTMLElement): (progress: Progress) => void {
  return (progress) => {
    const key = { sending: "sending.sealing", offline: "sending.offline", busy: "sending.busy", slow: "sending.slow", again: "sending.slow", unknown: "sending.slow" }[progress];
    status.textContent = words.say(key);
  };
}

/** Shows how sending goes, in the line that showSealing gave. `hurry` tries at once. */
export function showSending(place: HTMLElement, words: Words, sealed: Sealed, status: HTMLElement, hurry: () => void): (progress: Progress) => void {
  let isUnknown = false;
  return (progress) => {
    if (progress === "unknown" && !isUnknown) {
      isUnknown = true;
      present(place, make("div", { class: "flow" }, ...unknownOutcome(words, sealed, hurry), status));
    }
    const sentence = words.say(progress === "unknown" ? "sending.again" : SENTENCES[progress]);
    if (status.textContent !== sentence) status.textContent = sentence;
  };
}

/** Shows that something may be stored whose receipt cannot be checked, and offers everything there is as one file. */
export function showDoubtful(place: HTMLElement, words: Words, sealed: Sealed, answer: string, error: Refused | Untrusted): void {
  const keep = saveButton(words.say("doubt.keep"), "", words, () => {
    const file = { civium: "doubtful receipt v1", envelope: base64(sealed.envelope), answer, step: failedStep(error), said: words.say("doubt.text") };
    return saveFile(`${sealed.identifier}.json`, "application/json", JSON.stringify(file, null, 1));
  });
  present(
    place,
    make(
      "div",
      { class: "flow" },
      heading(words.say("doubt.title")),
      notice("bad", words.say("doubt.text")),
      make("p", { class: "small quiet" }, words.say("doubt.step", { n: String(failedStep(error)) })),
      keep,
      ...identifierAndCode(words, sealed, "doubt.erasure"),
    ),
  );
}

/** Shows that the server took nothing, why, and the way back. */
export function showRefused(place: HTMLElement, words: Words, code: string, back: () => void): void {
  const key = REFUSALS[code] ?? "refused.other";
  const isOver = ["refused.collection-ended", "refused.collection-waiting", "refused.collection-paused"].includes(key);
  const again = button(words.say(isOver ? "refused.back" : "refused.reload"), isOver ? "second" : "", isOver ? back : () => location.reload());
  const ways = [again, isOver ? null : button(words.say("refused.back"), "second", back)];
  present(
    place,
    make(
      "div",
      { class: "flow" },
      heading(words.say("refused.title")),
      notice("warn", words.say(key)),
      make("p", {}, words.say("refused.nothing")),
      make("div", { class: "actions" }, ...ways),
    ),
  );
}

/** Shows why no form can be filled in here: the browser cannot seal, a part did not arrive, or something is not what was promised. */
export function showFailed(page: Page, error: Refused | Untrusted, again: () => void): void {
  const { words, place } = page;
  const [title, sentence] = failure(error);
  const copy = copyButton(words.say("cannot.copy"), "second", location.origin + location.pathname, words);
  const isHopeless = error.code === "cannot-seal" || error.code === "cannot-check" || error.code === "insecure-context";
  const parts = [
    heading(words.say(title)),
    notice("warn", words.say(sentence)),
    isHopeless ? (page.waysLeft ?? make("p", {}, words.say("cannot.paper"))) : null,
    isHopeless ? copy : make("p", {}, button(words.say(error.code === "page-old" ? "refused.reload" : "cannot.again"), "", error.code === "page-old" ? () => location.reload() : again)),
  ];
  present(place, make("div", { class: "flow" }, ...parts));
}

function unknownOutcome(words: Words, sealed: Sealed, hurry: () => void): Child[] {
  const save = saveButton(words.say("unknown.keep"), "second", words, () => saveFile(`${sealed.identifier}.envelope`, "application/octet-stream", sealed.envelope));
  return [
    heading(words.say("unknown.title")),
    notice("warn", words.say("unknown.text")),
    make("p", {}, words.say("unknown.do")),
    ...identifierAndCode(words, sealed, "unknown.erasure"),
    make("p", {}, button(words.say("unknown.now"), "", hurry)),
    save,
  ];
}

function identifierAndCode(words: Words, sealed: Sealed, erasureKey: string): HTMLElement[] {
  const pair = make("div", {}, make("dt", {}, words.say("unknown.identifier")), make("dd", { class: "code", translate: "no" }, sealed.identifier));
  return [
    make("dl", { class: "pairs" }, pair),
    make("p", { class: "label" }, words.say(erasureKey)),
    make("p", {}, make("span", { class: "bigcode", translate: "no" }, sealed.erasureText)),
    copyButton(words.say("erasure.copy"), "second compact", sealed.erasureText, words),
  ];
}

function failure(error: Refused | Untrusted): readonly [title: string, sentence: string] {
  if (error.name === "Untrusted") return ["cannot.trust.title", "cannot.trust.text"];
  if (error.code === "insecure-context") return ["cannot.title", "cannot.insecure"];
  if (error.code === "cannot-seal" || error.code === "cannot-check") return ["cannot.title", "cannot.text"];
  if (error.code === "page-old") return ["cannot.load.title", "refused.page-old"];
  return ["cannot.load.title", "cannot.load.text"];
}
