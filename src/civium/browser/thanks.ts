// Thanks, and what is shown only now: receipt, erasure code apart from it, what both are good for.
//
// The rules are:
// - this screen is shown after the receipt was checked, never before;
// - it is the same for a first statement and for a repeat;
// - the erasure code stands in its own box and in no file, no shared text and no copy of the receipt.
import { button, make, seal } from "./dom";
import { copyButton, saveButton, saveFile } from "./files";
import type { Page } from "./page";
import { placeName } from "./places";
import { present } from "./present";
import type { CheckedReceipt } from "./receipt";
import type { Sealed } from "./sealed";
import { dayOf, sayDate, sayNumber } from "./words";

/** What there is to show. */
export interface Received {
  readonly sealed: Sealed;
  readonly receipt: CheckedReceipt;
  /** The receipt as it came: the file to keep. */
  readonly text: string;
  readonly isDemonstration: boolean;
  /** Statements received so far, if the server told. */
  total(): Promise<number | null>;
}

/** Shows the thanks in place of the whole page's content: what was typed is gone by then. */
export function showThanks(page: Page, received: Received): void {
  const { words } = page;
  const total = make("p", { class: "lead" });
  const state = placeName(words, received.sealed.jurisdiction);
  const thanks = make(
    "section",
    { class: "thanks", "aria-labelledby": "thanks-h" },
    seal(),
    make("h1", { id: "thanks-h" }, words.say("thanks.title")),
    make("p", { class: "lead" }, words.say("thanks.lead", { state })),
    total,
    received.isDemonstration ? make("p", {}, make("strong", {}, words.say("thanks.demonstration"))) : null,
    make("p", {}, words.say("thanks.once")),
  );
  const keep = make("aside", { class: "stack", "aria-label": words.say("receipt.title") }, receiptSlip(page, received), erasureSlip(page, received.sealed));
  const device = sharedDevice(page);
  // The page's own part, with its links: it moves here.
  const share = document.getElementById("share");
  if (share) share.hidden = false;
  const more = make("div", { class: "stack wide-gap" }, share, device);
  const screen = make("div", { class: "wrap page after" }, thanks, keep, more);
  present(document.querySelector("main") ?? page.place, screen);
  document.title = words.say("thanks.title");
  // It led to the form, which is gone; the focus stands on the thanks.
  document.querySelector(".skip")?.remove();
  scrollTo(0, 0);
  // The thanks are whole without it.
  void import("./after").then(({ afterParts }) => device.before(...afterParts(page)), () => undefined);
  void received.total().then((count) => {
    if (count !== null) total.textContent = words.say("thanks.total", { n: sayNumber(words, count) });
  });
}

function receiptSlip(page: Page, { sealed, receipt, text }: Received): HTMLElement {
  const { words } = page;
  const pair = (label: string, value: string, kind: string): HTMLElement =>
    make("div", {}, make("dt", {}, words.say(label)), make("dd", { class: kind, translate: "no" }, value));
  const lines = [
    [words.say("receipt.identifier"), sealed.identifier],
    [words.say("receipt.received"), sayDate(words, dayOf(receipt.leaf.receivedOn))],
    [words.say("receipt.place"), sayNumber(words, receipt.index + 1)],
  ] as const;
  const slip = make("section", { class: "slip flow", "aria-labelledby": "receipt-h" });
  const forget = button(words.say("receipt.forget"), "second compact wide", () => {
    slip.replaceChildren(make("p", { role: "status", tabindex: "-1" }, words.say("receipt.forgotten")));
    (slip.firstElementChild as HTMLElement).focus();
  });
  slip.append(
    make("h2", { id: "receipt-h" }, words.say("receipt.title")),
    make("dl", { class: "pairs" }, pair("receipt.identifier", lines[0][1], "code"), pair("receipt.received", lines[1][1], ""), pair("receipt.place", lines[2][1], "num-left")),
    make("p", { class: "tag ok" }, words.say("receipt.checked")),
    saveButton(words.say("receipt.save"), "second compact wide", words, () => saveFile(`${sealed.identifier}.tlog-proof`, "text/plain", text)),
    copyButton(words.say("receipt.copy"), "second compact wide", lines.map(([label, value]) => `${label}: ${value}`).join("\n"), words),
    make("p", {}, button(words.say("receipt.print"), "second compact wide", () => print())),
    make(
      "details",
      { class: "more" },
      make("summary", {}, words.say("receipt.what")),
      make("p", { class: "small" }, words.say("receipt.proves")),
      make("p", { class: "small" }, words.say("receipt.proves-not")),
    ),
    make("p", { class: "small" }, pageLink(words.say("receipt.page"), `/${words.language}/receipt`)),
    make("p", { class: "small" }, words.say("receipt.harm")),
    make("p", {}, forget),
  );
  return slip;
}

function erasureSlip({ words }: Page, sealed: Sealed): HTMLElement {
  return make(
    "section",
    { class: "secret flow", "aria-labelledby": "erasure-h" },
    make("h2", { id: "erasure-h" }, words.say("erasure.title")),
    make("p", {}, words.say("erasure.text"), " ", make("strong", {}, words.say("erasure.once"))),
    make("p", {}, make("span", { class: "bigcode", translate: "no" }, sealed.erasureText)),
    copyButton(words.say("erasure.copy"), "second compact", sealed.erasureText, words),
    make("p", { class: "small" }, pageLink(words.say("erasure.page"), `${location.pathname}/take-back`)),
    make("p", { class: "small quiet" }, words.say("erasure.apart")),
  );
}

/** Gives a link that leaves this page open: what it shows is shown only once. */
function pageLink(label: string, href: string): HTMLElement {
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}

function sharedDevice({ words }: Page): HTMLElement {
  return make(
    "section",
    { class: "flow", "aria-labelledby": "shared-h" },
    make("h2", { id: "shared-h", class: "h3" }, words.say("shared.title")),
    make("p", { class: "small" }, words.say("shared.text")),
    // A fresh page: nothing of this one can be reached again, not by the button "back" either.
    make("p", {}, button(words.say("shared.clear"), "second compact", () => location.replace(location.pathname))),
  );
}
