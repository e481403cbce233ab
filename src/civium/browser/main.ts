// The signatory's side, put together: form -> seal -> send -> check the receipt -> thanks.
//
// The rules are:
// - nothing personal is stored: no storage, no cookie, no address of a page holds anything;
// - whatever leaves is sealed; what was typed is wiped when the page is left or the statement was received;
// - keys, rules and the code that seals are fetched when the reader first touches the form.
import type { Sealer } from "./envelope";
import { type SignatureCheck, prepareSignatureCheck } from "./ed25519";
import { Refused, Untrusted } from "./errors";
import { type SupportForm, supportForm } from "./form";
import { type Materials, loadMaterials } from "./materials";
import { type Page, readPage } from "./page";
import { check } from "./receipt";
import { present, showClosed, showDoubtful, showFailed, showRefused, showSealing, showSending } from "./screens";
import { prepareSealer } from "./seal";
import { type Filled, type Sealed, checkSealing, sealStatement } from "./sealed";
import { browserWire, send } from "./send";
import { showThanks } from "./thanks";
import { daysOf } from "./words";

const elapsed = (): number => performance.now();

function begin(page: Page): void {
  const { words } = page;
  if (page.formLanguages.length > 0 && !page.formLanguages.includes(page.language)) return showClosed(page, words.say("closed.language"));
  // Before anything is asked: a browser without cryptography must not let anybody begin.
  if (typeof crypto === "undefined" || !crypto.subtle) return showFailed(page, new Refused(isSecureContext ? "cannot-seal" : "insecure-context"), () => location.reload());
  let materials: Promise<Materials> | null = null;
  let tools: { sealer: Sealer; isSignature: SignatureCheck } | null = null;
  let isSending = false;

  const load = (): Promise<Materials> => (materials ??= loadMaterials(page, (url, options) => fetch(url, options), elapsed));
  const form: SupportForm = supportForm(page, {
    materials: load,
    async prepare(jurisdiction) {
      const from = await materials!;
      tools = await prepareTools(page, jurisdiction, from);
    },
    filled(filled) {
      if (isSending || !tools || !materials) return;
      isSending = true;
      void materials
        .then((from) => support(page, form, filled, from, tools!))
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
    showFailed(page, error, () => {
      form.clear();
      present(page.place, form.element);
    });
  }

  present(page.place, form.element, false);
  // A failure is told to whoever chose a State, not to somebody who only touched the form.
  whenTouched(page.place, () => void load().catch(() => (materials = null)));
  wipeWhenLeft(page, form);
}

/** Gives what sealing and checking need, each tried with a value of its own before anybody types. Throws Refused. */
async function prepareTools(page: Page, jurisdiction: string, from: Materials): Promise<{ sealer: Sealer; isSignature: SignatureCheck }> {
  const suite = from.keys[jurisdiction]?.suite;
  if (!suite) throw new Refused("state-closed");
  const [sealer, isSignature] = await Promise.all([
    prepareSealer(suite, page.sealing === "fallback" ? ["fallback"] : ["native", "fallback"]),
    prepareSignatureCheck(),
  ]);
  await checkSealing(jurisdiction, page.collection, page.manifest, from, sealer);
  return { sealer, isSignature };
}

/** Seals once, sends until there is an answer, and thanks only after the receipt was checked. */
async function support(page: Page, form: SupportForm, filled: Filled, from: Materials, tools: { sealer: Sealer; isSignature: SignatureCheck }): Promise<void> {
  const { words, place } = page;
  const status = showSealing(place, words);
  const sealed = await sealStatement(filled, page.collection, page.manifest, from, tools.sealer);
  const { wire, hurry } = browserWire(page.statementsUrl);
  addEventListener("beforeunload", askToStay);
  try {
    const outcome = await send(sealed.posting, wire, showSending(place, words, sealed, status, hurry));
    if (outcome.kind === "refused") return showRefused(place, words, outcome.code, () => present(place, form.element));
    await receive(page, form, sealed, outcome.text, from, tools.isSignature);
  } finally {
    removeEventListener("beforeunload", askToStay);
  }
}

async function receive(page: Page, form: SupportForm, sealed: Sealed, text: string, from: Materials, isSignature: SignatureCheck): Promise<void> {
  const expected = { ...sealed.expected, today: daysOf(from.calendar.today()) };
  try {
    const receipt = await check(text, expected, isSignature);
    form.clear();
    const isDemonstration = from.manifest.deployment === "demonstration";
    showThanks(page, { sealed, receipt, text, isDemonstration, total: () => fetchTotal(page.countsUrl) });
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Untrusted)) throw error;
    form.clear();
    showDoubtful(page.place, page.words, sealed, text, error);
  }
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
  const events = ["pointerdown", "keydown", "focusin"];
  const once = (): void => {
    for (const event of events) place.removeEventListener(event, once);
    act();
  };
  for (const event of events) place.addEventListener(event, once);
}

/** Empties everything before the page may be kept for the button "back", and starts anew if it comes back from there. */
function wipeWhenLeft(page: Page, form: SupportForm): void {
  addEventListener("pagehide", () => {
    form.clear();
    (document.querySelector("main .after") ?? page.place).replaceChildren();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

const page = readPage(document);
if (page) begin(page);
