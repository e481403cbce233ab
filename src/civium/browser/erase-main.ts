// The page on which a signatory takes a statement back.
//
// The rules are:
// - identifier and code go to this site alone, in the body of one request, and nowhere into an address or a storage;
// - what cannot be undone is asked for once more, in the page, and the safe answer has the focus;
// - an answer that did not come is no answer: trying again does no harm.
import { type Bytes, parseHex } from "./bytes";
import { button, focusOn, icon, make } from "./dom";
import { type Outcome, encode, outcomeOf, parseIdentifier } from "./erasure";
import { parse as parseCode } from "./erasure-code";
import { Refused } from "./errors";
import { type Field, codeField } from "./field";
import { readBlocks } from "./own-page";
import { placeName } from "./places";
import { browserWire } from "./send";
import type { Words } from "./words";

interface Where {
  readonly collection: string;
  readonly erasures: string;
  /** The authorities' own names, by jurisdiction. */
  readonly authorities: Readonly<Record<string, string>>;
}

function begin(place: HTMLElement, words: Words, where: Where): void {
  const looks = { autocomplete: "off", autocapitalize: "characters" };
  const identifier = codeField({ name: "identifier", label: words.say("receipt.identifier") }, { ...looks, autocapitalize: "none" });
  const code = codeField({ name: "erasure-code", label: words.say("erase.code"), hint: words.say("erase.code.hint") }, looks);
  const told = make("div", { class: "flow" });
  const send = make("button", { type: "submit", class: "button" }, words.say("erase.title"));
  const form = make("form", { class: "form", novalidate: true, autocomplete: "off" }, identifier.element, code.element, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void requestOf(identifier, code, words, where).then((request) => {
      if (request) ask(told, words, request, where, () => void empty(form));
    });
  });
  // An answer belongs to what was typed when it was asked for.
  form.addEventListener("input", () => told.replaceChildren());
  place.replaceChildren(form, told);
}

/** Gives the request of what was typed, or null after saying what is wrong beside each field. */
async function requestOf(identifier: Field, code: Field, words: Words, where: Where): Promise<Bytes | null> {
  const name = await understood(identifier, () => parseIdentifier(identifier.read()), words.say("erase.identifier.error"));
  const secret = await understood(code, () => parseCode(code.read()), words.say("erase.code.error"));
  if (name && secret) return encode(parseHex(where.collection, "page"), name, secret);
  (name ? code : identifier).target.focus();
  return null;
}

async function understood(field: Field, read: () => Bytes | Promise<Bytes>, fault: string): Promise<Bytes | null> {
  try {
    const value = await read();
    field.showFault(null);
    return value;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    field.showFault(fault);
    return null;
  }
}

function ask(told: HTMLElement, words: Words, request: Bytes, where: Where, done: () => void): void {
  const yes = button(words.say("erase.yes"), "danger", () => {
    told.replaceChildren(make("p", { role: "status" }, words.say("erase.sending")));
    void post(request, where).then((outcome) => {
      if (outcome.kind === "destroyed") done();
      show(told, words, where, outcome, () => yes.click());
    });
  });
  const no = button(words.say("clear.no"), "second", () => told.replaceChildren());
  const question = make("p", { id: "erase-question" }, words.say("erase.question"));
  told.replaceChildren(make("div", { class: "confirm flow", role: "group", "aria-labelledby": question.id }, question, make("div", { class: "actions" }, yes, no)));
  no.focus();
}

async function post(request: Bytes, where: Where): Promise<Outcome> {
  try {
    return outcomeOf(await browserWire(where.erasures).wire.post(request));
  } catch {
    // fetch tells every kind of lost connection by throwing, in each engine with other words.
    return { kind: "failed" };
  }
}

function show(told: HTMLElement, words: Words, where: Where, outcome: Outcome, again: () => void): void {
  if (outcome.kind === "destroyed") {
    const title = make("h2", {}, words.say("erase.done.title"));
    told.replaceChildren(title, make("div", { class: "notice ok" }, icon("tick"), make("p", {}, words.say("erase.done"))));
    return focusOn(title);
  }
  const state = outcome.kind === "handed-over" ? authorityOf(words, where, outcome.jurisdiction) : "";
  const sentence = make("div", { class: "notice warn" }, icon("alert"), make("p", {}, words.say(outcome.kind === "busy" ? "refused.too-many" : `erase.${outcome.kind}`, { state })));
  const retry = outcome.kind === "failed" ? [make("p", {}, button(words.say("cannot.again"), "", again))] : [];
  told.replaceChildren(sentence, ...retry);
  focusOn(sentence);
}

function authorityOf(words: Words, where: Where, jurisdiction: string): string {
  const name = where.authorities[jurisdiction];
  return name ? `${placeName(words, jurisdiction)}, ${name}` : placeName(words, jurisdiction);
}

/** Takes the form away, and with it the code. */
function empty(form: HTMLFormElement): void {
  form.reset();
  form.remove();
}

const page = readBlocks<Where>(document, "erase", "where");
if (page) begin(page.place, page.words, page.value);
addEventListener("pagehide", () => document.querySelector("form")?.reset());
