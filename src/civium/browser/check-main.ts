// The page on which a receipt is checked: by whoever has one, in this browser alone.
//
// The rules are:
// - the receipt is never sent; only what is public is asked for (examination.ts);
// - each of the three checks is told for itself, and what could not be done is said.
import { prepareSignatureCheck } from "./ed25519";
import { button, focusOn, icon, make } from "./dom";
import { Refused } from "./errors";
import { type Findings, type KnownCollection, examine, verdictOf } from "./examination";
import { readBlocks } from "./own-page";
import { placeName } from "./places";
import { askSite } from "./public-log";
import { identifier } from "./receipt";
import { type Words, dayOf, sayDate, sayNumber } from "./words";

const LARGEST_FILE = 73_728;
type Kind = "ok" | "warn" | "bad";

function begin(place: HTMLElement, words: Words, known: readonly KnownCollection[]): void {
  const file = make("input", { class: "input", id: "receipt-file", type: "file", accept: ".tlog-proof,text/plain" });
  const text = make("textarea", { id: "receipt-text", rows: "6", spellcheck: "false", autocomplete: "off", translate: "no" });
  const result = make("div", { class: "flow" });
  const check = button(words.say("check.title"), "", () => {
    void findings(text.value, known).then((found) => show(result, words, found));
  });
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    result.replaceChildren();
    if (!chosen) return;
    // What is longer than any receipt is not read: it would only fill the page.
    if (chosen.size > LARGEST_FILE) show(result, words, "receipt-malformed");
    else void chosen.text().then((read) => void (text.value = read));
  });
  place.replaceChildren(
    make(
      "div",
      { class: "form" },
      make("div", { class: "field" }, make("label", { for: file.id }, words.say("check.file")), file),
      make("div", { class: "field" }, make("label", { for: text.id }, words.say("check.text")), text),
      check,
    ),
    result,
  );
}

/** Gives what was found, or the code of why nothing could be. White space around a pasted text is not the receipt's. */
async function findings(text: string, known: readonly KnownCollection[]): Promise<Findings | string> {
  try {
    return await examine(`${text.replace(/\r\n?/g, "\n").trim()}\n`, known, await prepareSignatureCheck(), askSite);
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

function show(result: HTMLElement, words: Words, found: Findings | string): void {
  if (typeof found === "string") {
    const told = notice("bad", words.say(found === "receipt-malformed" ? "check.malformed" : "cannot.load.text"));
    result.replaceChildren(told);
    return focusOn(told);
  }
  const verdict = verdictOf(found);
  const title = make("h2", {}, words.say(`check.${verdict}`));
  const wrong = verdict === "wrong" ? make("p", {}, words.say("check.wrong-do")) : null;
  result.replaceChildren(
    title,
    ...[wrong].filter((part) => part !== null),
    make("div", { class: "stack tight" }, ...checks(words, found).map(([kind, sentence]) => notice(kind, sentence))),
    make("dl", { class: "pairs" }, ...facts(words, found)),
    make("p", { class: "small" }, words.say("receipt.proves-not")),
    make("p", { class: "small" }, words.say("check.stays")),
  );
  focusOn(title);
}

function checks(words: Words, { isProven, signature, present, origin }: Findings): [Kind, string][] {
  const kinds: Readonly<Record<string, Kind>> = { good: "ok", holds: "ok", bad: "bad", broken: "bad" };
  const proof = isProven ? "good" : "bad";
  const told: [Kind, string][] = [
    [kinds[proof]!, words.say(`check.proof.${proof}`)],
    [kinds[signature] ?? "warn", words.say(`check.signature.${signature}`, { origin })],
  ];
  // Where the receipt itself is wrong, there is nothing to compare with the log of today.
  if (isProven && signature !== "bad") told.push([kinds[present] ?? "warn", words.say(`check.present.${present}`)]);
  return told;
}

function facts(words: Words, { leaf, index, jurisdiction, collection }: Findings): HTMLElement[] {
  const pair = (label: string, value: Node | string, kind = ""): HTMLElement => make("div", {}, make("dt", {}, words.say(label)), make("dd", { class: kind || null }, value));
  const initiative = collection && make("a", { href: collection.href, lang: collection.language }, collection.title);
  return [
    initiative && pair("check.initiative", initiative),
    pair("check.state", placeName(words, jurisdiction)),
    pair("receipt.received", sayDate(words, dayOf(leaf.receivedOn))),
    pair("receipt.place", sayNumber(words, index + 1), "num-left"),
    pair("receipt.identifier", identifier(leaf.envelopeHash), "code"),
  ].filter((part) => part !== null);
}

function notice(kind: Kind, sentence: string): HTMLElement {
  return make("div", { class: `notice ${kind}` }, icon(kind === "ok" ? "tick" : "alert"), make("p", {}, sentence));
}

const page = readBlocks<KnownCollection[]>(document, "check", "known");
if (page) begin(page.place, page.words, page.value);
