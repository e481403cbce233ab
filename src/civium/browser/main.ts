// The signatory's side, put together: form -> seal -> send -> check the receipt -> thanks.
//
// The rules are:
// - nothing personal is stored: no storage, no cookie, no address of a page holds anything;
// - whatever leaves is sealed; what was typed is wiped when the page is left or the statement was received;
// - keys, rules and the code that seals are fetched when the reader first touches the form.
import type { Bytes } from "./bytes";
import type { Sealer } from "./envelope";
import { type SignatureCheck, prepareSignatureCheck } from "./ed25519";
import { Refused, Untrusted } from "./errors";
import { type SupportForm, type Typed, supportForm } from "./form";
import { languageLink } from "./language-link";
import { type Materials, loadMaterials } from "./materials";
import { type Page, readPage } from "./page";
import * as posting from "./posting";
import { present, showClosed, showNotLoaded } from "./present";
import { prepareSealer } from "./seal";
import { type Filled, type Sealed, checkSealing, sealStatement } from "./sealed";
import { type Outcome, browserWire, send } from "./send";
import type { Effort } from "./token";
import { daysOf } from "./words";

const elapsed = (): number => performance.now();

/** One form on one page; another language of the page is another session with the same answers. */
interface Session {
  readonly form: SupportForm;
  isSending(): boolean;
}

interface Tools {
  readonly sealer: Sealer;
  readonly isSignature: SignatureCheck;
  readonly proof: typeof import("./token");
  readonly later: Later;
}

type Later = typeof import("./later");

// A challenge serves one statement; the server may ask for another, but not for ever.
const MOST_CHALLENGES = 3;

function begin(page: Page, typed: Typed | null): Session | null {
  const { words } = page;
  if (page.formLanguages.length > 0 && !page.formLanguages.includes(page.language)) {
    showClosed(page, words.say("closed.language"));
    return null;
  }
  // Before anything is asked: a browser without cryptography must not let anybody begin.
  if (typeof crypto === "undefined" || !crypto.subtle) {
    void fail(page, new Refused(isSecureContext ? "cannot-seal" : "insecure-context"), () => location.reload());
    return null;
  }
  let materials: Promise<Materials> | null = null;
  // By State: its suite decides which sealer it is.
  const tools = new Map<string, Tools>();
  let isSending = false;
  let effort: Effort | null = null;
  let failures = 0;

  const watch = async (): Promise<void> => {
    const [later, from] = await Promise.all([loadLater(), load()]);
    // Loaded anew after a failure, the materials bring a calendar of their own.
    stopWatching();
    stopWatching = later.watchEnd(words, {
      calendar: from.calendar,
      closesOn: from.manifest.closesOn,
      show: (element) => form.announce(element),
      ended: () => form.end(words.say(form.typed() ? "last.ended" : "closed.ended")),
      ask: () => askTime(page, from),
    });
    if (standing) later.watchIdle(page.place, words, () => !isSending && form.typed() !== null, () => later.nextPerson(standing));
  };
  const load = (): Promise<Materials> => (materials ??= loadMaterials(page, (url, options) => fetch(url, options), elapsed));
  const form: SupportForm = supportForm(page, {
    materials: load,
    later: loadLater,
    async prepare(jurisdiction) {
      const made = await prepareTools(page, jurisdiction, await load());
      tools.set(jurisdiction, made);
      effort ??= made.proof.effortOf(made.proof.browserWorkshop(page.challengeUrl, browserWire(page.challengeUrl).wire));
      effort.begin();
    },
    filled(filled) {
      const ready = tools.get(filled.jurisdiction);
      if (isSending || !ready || !effort) return;
      const working = effort;
      isSending = true;
      void load()
        .then((from) => support(page, form, filled, from, ready, working))
        .catch(failed)
        .finally(() => (isSending = false));
    },
    failed,
  });

  function failed(error: unknown): void {
    if (!(error instanceof Refused || error instanceof Untrusted)) throw error;
    if (error.code === "statement-too-long") {
      present(page.place, form.element, false);
      return form.showTooLong();
    }
    materials = null;
    failures += 1;
    void fail(page, error, () => {
      // Some browsers remember for as long as the page lives that a part of it did not arrive.
      if (failures > 1) return location.reload();
      form.clear();
      present(page.place, form.element);
    });
  }

  present(page.place, form.element, false);
  // A failure is told to whoever chose a State, not to somebody who only touched the form.
  whenTouched(page.place, () => {
    void watch().catch(() => (materials = null));
  });
  if (typed) {
    form.restore(typed);
    void watch().catch(() => (materials = null));
  }
  return { form, isSending: () => isSending };
}

/** Gives the chunk of later.ts. Throws Refused `not-loaded`. */
async function loadLater(): Promise<Later> {
  try {
    return await import("./later");
  } catch {
    throw new Refused("not-loaded");
  }
}

/** Shows why there is no form to fill in, as far as that can be told. */
async function fail(page: Page, error: Refused | Untrusted, again: () => void): Promise<void> {
  try {
    (await loadLater()).showFailed(page, error, again);
  } catch {
    showNotLoaded(page, again);
  }
}

/** Gives what sealing and checking need, each tried with a value of its own before anybody types. Throws Refused. */
async function prepareTools(page: Page, jurisdiction: string, from: Materials): Promise<Tools> {
  const suite = from.keys[jurisdiction]?.suite;
  if (!suite) throw new Refused("state-closed");
  const [later, sealer, isSignature, proof] = await Promise.all([
    loadLater(),
    prepareSealer(suite, page.sealing === "fallback" ? ["fallback"] : ["native", "fallback"]),
    prepareSignatureCheck(),
    loadProof(from.manifest.tokenKey.length > 0),
  ]);
  await checkSealing(jurisdiction, page.collection, page.manifest, from, sealer);
  return { sealer, isSignature, proof, later };
}

/** Gives the code that proves work and asks for tokens, with the group's arithmetic if that is needed. Throws Refused `not-loaded`. */
async function loadProof(withTokens: boolean): Promise<typeof import("./token")> {
  let proof: typeof import("./token");
  try {
    proof = await import("./token");
  } catch {
    throw new Refused("not-loaded");
  }
  if (withTokens) await proof.loadVOPRF();
  return proof;
}

/** Seals once, sends until there is an answer, and thanks only after the receipt was checked. */
async function support(page: Page, form: SupportForm, filled: Filled, from: Materials, tools: Tools, effort: Effort): Promise<void> {
  const { words, place } = page;
  const { later } = tools;
  const status = later.showSealing(place, words);
  const back = (): void => present(place, form.element);
  let token: Bytes;
  try {
    token = await tokenFor(page, filled, from, tools, effort, status);
  } catch (error) {
    // Untrusted, and what did not load, are the page's trouble; the rest is the server's word.
    if (!(error instanceof Refused) || error.code === "not-loaded") throw error;
    return later.showRefused(place, words, error.code, back);
  }
  const sealed = await sealStatement(filled, token, page.collection, page.manifest, from, tools.sealer);
  addEventListener("beforeunload", askToStay);
  try {
    const outcome = await sendWithWork(page, sealed, tools, effort, status);
    if (outcome.kind === "refused") return later.showRefused(place, words, outcome.code, back);
    await receive(page, form, sealed, outcome.text, from, tools);
  } finally {
    removeEventListener("beforeunload", askToStay);
  }
}

async function tokenFor(page: Page, filled: Filled, from: Materials, { proof, later }: Tools, effort: Effort, status: HTMLElement): Promise<Bytes> {
  const { tokenKey } = from.manifest;
  if (tokenKey.length === 0) return new Uint8Array(0);
  const asked = (await proof.loadVOPRF()).ask(page.collection, filled.jurisdiction, filled.fields);
  return proof.fetchToken(asked, page.collection, tokenKey, effort, browserWire(page.tokensUrl).wire, later.showAsking(page.words, status));
}

/** Sends the envelope until there is an answer; a challenge that was refused is answered with another, the envelope stays. */
async function sendWithWork(page: Page, sealed: Sealed, { proof, later }: Tools, effort: Effort, status: HTMLElement): Promise<Outcome> {
  const { wire, hurry } = browserWire(page.statementsUrl);
  const tell = later.showSending(page.place, page.words, sealed, status, hurry);
  for (let tries = 1; ; tries += 1) {
    const outcome = await send(posting.encode({ envelope: sealed.envelope, token: sealed.token, work: await effort.work() }), wire, tell);
    effort.again();
    if (outcome.kind === "receipt" || tries === MOST_CHALLENGES || !proof.isAnotherNeeded(outcome.code)) return outcome;
  }
}

async function receive(page: Page, form: SupportForm, sealed: Sealed, text: string, from: Materials, { later, isSignature }: Tools): Promise<void> {
  const expected = { ...sealed.expected, today: daysOf(from.calendar.today()) };
  try {
    const receipt = await later.check(text, expected, isSignature);
    form.clear();
    const isDemonstration = from.manifest.deployment === "demonstration";
    later.showThanks(page, { sealed, receipt, text, isDemonstration, total: () => fetchTotal(page.countsUrl) });
    thanked();
    const screen = document.querySelector(".thanks");
    if (standing && screen) later.countDown(screen, page.words, () => later.nextPerson(standing));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Untrusted)) throw error;
    form.clear();
    later.showDoubtful(page.place, page.words, sealed, text, error);
  }
}

/** Asks the server for the time; without an answer the calendar stays as it is. */
async function askTime(page: Page, { calendar }: Materials): Promise<void> {
  const reply = await fetch(page.keysUrl, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
  calendar.correct(reply.headers.get("date"));
}

async function fetchTotal(url: string): Promise<number | null> {
  try {
    const { received } = (await (await fetch(url, { cache: "no-store", credentials: "omit" })).json()) as { received?: unknown };
    return typeof received === "number" && Number.isSafeInteger(received) ? received : null;
  } catch {
    // The figure is an ornament of the thanks; without it they are as true.
    return null;
  }
}

function askToStay(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Acts at the first touch of the form: who only reads the page fetches nothing more. */
function whenTouched(place: HTMLElement, act: () => void): void {
  const events = ["pointerdown", "keydown", "focusin", "input"];
  const once = (): void => {
    for (const event of events) place.removeEventListener(event, once);
    act();
  };
  for (const event of events) place.addEventListener(event, once);
}

/** Begins on the page as it is now; what was typed in another language of it comes along. */
function start(typed: Typed | null): void {
  const page = readPage(document);
  stopWatching();
  session = page && begin(page, typed);
}

/** Follows a link to another language with what was typed; as an ordinary link where nothing was, or where it does not work. */
async function followLanguage(event: MouseEvent): Promise<void> {
  const link = languageLink(event);
  const typed = session?.form.typed();
  if (!link || !typed || session?.isSending() || !session?.form.element.isConnected) return;
  event.preventDefault();
  if (await (await loadLater()).takeOver(link.href)) start(typed);
  else location.assign(link.href);
}

function isStand(fragment: string): boolean {
  return /[#&]stand(&|$)/.test(fragment);
}

/** Takes `#stand` off the address: a device that goes from hand to hand (stand.ts). */
function takeStand(): string {
  const { hash, pathname, search } = location;
  if (!isStand(hash)) return "";
  // What a campaign's link says beside it is read next, from the address.
  history.replaceState(null, "", pathname + search + (hash.includes("=") ? hash : ""));
  return hash;
}

/** Takes what a campaign's link says off the address, before anything else is done; reading it is a chunk's work. */
function takePreset(): void {
  const { hash, pathname, search } = location;
  if (!hash.includes("=")) return;
  history.replaceState(null, "", pathname + search);
  const page = readPage(document);
  // A link that cannot be read is a link without it.
  if (page) void import("./preset").then(({ follow }) => (thanked = follow(hash, page)), () => undefined);
}

let session: Session | null = null;
/** What stood after `#` where the device is at a stand, to be put back for the next person; empty anywhere else. */
const standing = takeStand();
let stopWatching = (): void => undefined;
/** What is to be done after the thanks. */
let thanked = (): void => undefined;
takePreset();
start(null);
document.addEventListener("click", (event) => void followLanguage(event));
// Typed into the address of an open page: it begins anew, as a stand.
addEventListener("hashchange", () => isStand(location.hash) && location.reload());
// Empties everything before the page may be kept for the button "back", and starts anew if it comes back from there.
addEventListener("pagehide", () => {
  session?.form.clear();
  document.querySelector("main .after, #form")?.replaceChildren();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
