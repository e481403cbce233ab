// The form: nationality first, then the fields of that State, checked while typing, handed over only when whole.
//
// The rules are:
// - the fields of a State stay disabled until its key is checked and a test value was sealed to it;
// - nothing leaves this form but by `filled`, and that is called with a whole statement only;
// - a fault is refused here; a doubt is confirmed or mended, never refused (LAW-35).
import { type Consent, makeConsent } from "./consent";
import { explain, icon, make } from "./dom";
import { Refused, Untrusted } from "./errors";
import { type Field, choiceField } from "./field";
import { type Answers, type Setting, chosenNumber, findDoubts, findFaults, findNotes, unsettledSentence } from "./judge";
import { phase } from "./law-periods";
import { noticesFor } from "./law";
import type { Materials } from "./materials";
import type { Page } from "./page";
import { placeName, sortedPlaces } from "./places";
import type { Filled } from "./sealed";
import { impliedType, nameNumber, stateFields } from "./state-fields";
import { type Mistake, makeSummary } from "./summary";
import { sayDate } from "./words";

/** What the form needs from outside. */
export interface Surroundings {
  /** Gives the materials, fetched and checked; the same ones each time. */
  materials(): Promise<Materials>;
  /** Gives what is fetched when the form is first touched. */
  later(): Promise<typeof import("./later")>;
  /** Seals a test value to the State's key. Throws Refused where this browser cannot. */
  prepare(jurisdiction: string): Promise<void>;
  /** Takes a whole statement. */
  filled(filled: Filled): void;
  /** Shows why there is no form to fill in. */
  failed(error: Refused | Untrusted): void;
}

/** What was typed, for the same form in another language; the two boxes are not among it: their wording is another. */
export interface Typed {
  readonly jurisdiction: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The form as its surroundings use it. */
export interface SupportForm {
  readonly element: HTMLElement;
  /** Empties every field and forgets the State. */
  clear(): void;
  /** Gives what was typed, or null if no State was chosen. */
  typed(): Typed | null;
  /** Chooses the State again and fills in what was typed. */
  restore(typed: Typed): void;
  /** Says that together the answers are too long. */
  showTooLong(): void;
  /** Shows what is to be known before anything else is typed; null: nothing. */
  announce(element: HTMLElement | null): void;
  /** Empties and closes the form for good, with a sentence that says why. */
  end(sentence: string): void;
}

interface Opened {
  readonly jurisdiction: string;
  readonly materials: Materials;
  readonly fields: readonly Field[];
}

/** Gives the form of a page, with the question for the nationality; the rest follows the answer. */
export function supportForm(page: Page, around: Surroundings): SupportForm {
  return new Form(page, around);
}

class Form implements SupportForm {
  readonly element: HTMLFormElement;
  private readonly status = make("p", { class: "hint", role: "status" });
  private readonly summary = makeSummary();
  private readonly finder = make("input", { class: "input", id: "find", type: "text", autocomplete: "off", spellcheck: "false", translate: "no", enterkeyhint: "search" });
  private readonly announced = make("div", { class: "group", hidden: true });
  private readonly nationality: Field;
  private readonly consent: Consent;
  private readonly send: HTMLButtonElement;
  private readonly state = make("fieldset", { class: "asked form", hidden: true });
  private opened: Opened | null = null;
  private wasAsked = false;
  private isReviewing = false;
  private readonly left = new Set<string>();
  private readonly kept = new Map<string, string>();

  constructor(
    private readonly page: Page,
    private readonly around: Surroundings,
  ) {
    const { words } = page;
    this.nationality = this.nationalityField();
    this.consent = makeConsent(words);
    this.send = make("button", { type: "submit", class: "button wide" }, words.say("send.button"));
    // method=dialog: outside a dialog such a form goes nowhere, even if everything below were to throw.
    this.element = make("form", { class: "form", method: "dialog", novalidate: true, autocomplete: "on", "aria-labelledby": "support-h" });
    this.element.append(
      make("h2", { id: "support-h" }, words.say("form.title")),
      make("p", { class: "hint" }, words.say("form.intro")),
      this.announced,
      this.summary.element,
      this.nationality.element,
      this.status,
      this.state,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.hand();
    });
    this.nationality.target.addEventListener("change", () => void this.open(this.nationality.read()));
  }

  clear(): void {
    for (const field of [this.nationality, this.consent.declaration, this.consent.privacy, ...(this.opened?.fields ?? [])]) field.write("");
    this.finder.value = "";
    this.finder.dispatchEvent(new Event("input"));
    this.finder.parentElement!.hidden = false;
    // In this order: closing keeps what the fields hold.
    this.close();
    this.kept.clear();
    this.status.replaceChildren();
  }

  typed(): Typed | null {
    this.keep();
    const jurisdiction = this.nationality.read();
    return jurisdiction === "" ? null : { jurisdiction, values: this.kept };
  }

  restore({ jurisdiction, values }: Typed): void {
    for (const [field, value] of values) this.kept.set(field, value);
    this.nationality.write(jurisdiction);
    void this.open(jurisdiction);
  }

  showTooLong(): void {
    const [first] = this.opened?.fields ?? [];
    if (first) this.summary.show(this.page.words, [{ target: first.target, sentence: this.page.words.say("error.whole-too-long") }]);
  }

  announce(element: HTMLElement | null): void {
    this.announced.replaceChildren(...(element ? [element] : []));
    this.announced.hidden = element === null;
  }

  end(sentence: string): void {
    this.clear();
    this.nationality.element.hidden = true;
    this.tellAll(sentence);
  }

  /** Says why there is nothing to fill in. */
  private tellAll(sentence: string): void {
    this.status.className = "hint";
    this.status.replaceChildren(make("span", { class: "notice warn" }, icon("clock"), make("span", {}, sentence)));
  }

  private close(): void {
    this.keep();
    this.opened = null;
    this.wasAsked = false;
    this.left.clear();
    this.summary.hide();
    this.nationality.showFault(null);
    this.consent.calm();
    this.state.hidden = true;
    this.state.replaceChildren();
  }

  /** Keeps what was typed for the next State; in memory only. */
  private keep(): void {
    for (const field of this.opened?.fields ?? []) this.kept.set(this.keptAs(field.name), field.read());
  }

  /** Names and addresses hold for another State too; a document and its number do not. */
  private keptAs(field: string): string {
    const { jurisdiction, materials } = this.opened!;
    return /^number/.test(materials.rules.kinds[field] ?? "") ? `${field}/${jurisdiction}` : field;
  }

  private async open(jurisdiction: string): Promise<void> {
    const { words } = this.page;
    this.close();
    // Once a State is chosen the list says which; another is chosen there.
    this.finder.parentElement!.hidden = jurisdiction !== "";
    if (jurisdiction === "") return this.status.replaceChildren();
    const state = placeName(words, jurisdiction);
    this.status.className = "hint";
    this.status.textContent = words.say("form.preparing", { state });
    try {
      const [materials, later] = await Promise.all([this.around.materials(), this.around.later()]);
      if (this.nationality.read() !== jurisdiction) return;
      const closed = this.closedSentence(jurisdiction, materials);
      if (closed !== null) return this.tellAll(closed);
      this.show(jurisdiction, materials, later);
      await this.around.prepare(jurisdiction);
      if (this.opened?.jurisdiction !== jurisdiction) return;
      this.state.disabled = false;
      this.tell(words.say("form.ready"));
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Untrusted)) throw error;
      this.around.failed(error);
    }
  }

  /** Says to whoever hears the page what everybody else sees. */
  private tell(sentence: string): void {
    this.status.className = "vh";
    this.status.textContent = sentence;
  }

  private closedSentence(jurisdiction: string, { manifest, keys, calendar }: Materials): string | null {
    const { words } = this.page;
    const now = phase(manifest.opensOn, manifest.closesOn, calendar.today());
    if (now === "waiting") return words.say("closed.waiting", { date: sayDate(words, manifest.opensOn) });
    if (now === "ended") return words.say("closed.ended");
    return keys[jurisdiction] ? null : words.say("closed.state", { state: placeName(words, jurisdiction) });
  }

  private show(jurisdiction: string, materials: Materials, later: typeof import("./later")): void {
    const { words } = this.page;
    const { fields, elements } = stateFields(materials.rules, jurisdiction, words, materials.manifest.closesOn);
    this.opened = { jurisdiction, materials, fields };
    for (const field of fields) {
      field.write(this.kept.get(this.keptAs(field.name)) ?? "");
      this.watch(field);
    }
    this.send.textContent = words.say("send.button.state", { state: placeName(words, jurisdiction) });
    const sealed = make("p", { class: "hint sealed" }, icon("lock"), make("span", {}, words.say("send.sealed")));
    this.state.disabled = true;
    this.state.replaceChildren(
      ...elements,
      ...this.consent.elements,
      make("div", { class: "group" }, this.send, sealed),
      later.clearPart(words, () => {
        this.clear();
        this.tell(words.say("clear.done"));
        this.nationality.target.focus();
      }),
    );
    this.state.hidden = false;
    this.follow();
  }

  private watch(field: Field): void {
    field.element.addEventListener("input", () => {
      this.follow();
      // What else depends on a choice (the number on its document, the postal code on the country) is looked at again.
      if (field.target instanceof HTMLSelectElement) return void this.review();
      if (field.element.matches(".wrong") || field.element.querySelector(".confirm")) this.review([field.name]);
    });
    field.element.addEventListener("focusout", (event) => {
      // Moving between the parts of one field (day, month, year) is not leaving it.
      if (event.relatedTarget instanceof Node && field.element.contains(event.relatedTarget)) return;
      if (field.read() !== "" || field.problem() !== null) this.left.add(field.name);
      // A message that is taken away with the focus in it is left, too.
      if (!this.isReviewing) whenPointerIsUp(() => this.opened && this.review());
    });
  }

  /** Keeps what depends on other fields in step: the number's name, the notice for people abroad. */
  private follow(): void {
    if (!this.opened) return;
    const { materials, fields, jurisdiction } = this.opened;
    const { rules } = materials;
    const form = rules.jurisdictions[jurisdiction]!;
    const values = this.answers().values;
    const number = fields.find((field) => rules.kinds[field.name] === "number");
    const chosen = chosenNumber(rules, form, values);
    if (number) {
      nameNumber(number, chosen, this.page.words);
      number.element.hidden = chosen === null;
    }
    const due = new Set(noticesFor(form, values).map((notice) => notice.id));
    for (const notice of form.notices) this.showNotice(notice.id, notice.field, due.has(notice.id));
  }

  private showNotice(id: string, fieldName: string, isDue: boolean): void {
    const element = this.state.querySelector(`#notice-${id}`);
    if (!isDue) element?.remove();
    else if (!element) {
      const text = make("p", {}, this.page.words.say(`notice.${id}`));
      this.opened?.fields.find(({ name }) => name === fieldName)?.element.append(make("div", { class: "notice", id: `notice-${id}`, role: "status" }, icon("alert"), text));
    }
  }

  private answers(): Answers {
    const { jurisdiction, materials, fields } = this.opened!;
    const values: Record<string, string> = { ...impliedType(materials.rules, materials.rules.jurisdictions[jurisdiction]!) };
    for (const field of fields) values[field.name] = field.read();
    return { jurisdiction, values, birthProblem: fields.map((field) => field.problem()).find((problem) => problem !== null) ?? null };
  }

  private setting(): Setting {
    const { rules, manifest, calendar } = this.opened!.materials;
    return { rules, words: this.page.words, today: calendar.today(), closesOn: manifest.closesOn };
  }

  /** Shows beside the fields what can be said now; of a field that was not left yet only after the button was pressed. */
  private review(only?: readonly string[]): Mistake[] {
    const [answers, setting] = [this.answers(), this.setting()];
    const faults = new Map(findFaults(answers, setting).map((fault) => [fault.field, fault.sentence]));
    const doubts = new Map(findDoubts(answers, setting).map((doubt) => [doubt.field, doubt]));
    const notes = findNotes(answers, setting);
    const mistakes: Mistake[] = [];
    this.isReviewing = true;
    for (const field of this.opened!.fields) {
      // A number without its document is not asked yet: the question for the document stands before it.
      if (field.element.hidden || (only && !only.includes(field.name))) continue;
      const isDue = this.wasAsked || this.left.has(field.name);
      const doubt = faults.has(field.name) ? null : (doubts.get(field.name) ?? null);
      field.showDoubt(isDue ? doubt : null);
      field.showNote(isDue && !doubt ? (notes.get(field.name) ?? null) : null);
      const isSettled = !doubt || doubt.codes.every((code) => field.confirmed().includes(code));
      const unsettled = this.wasAsked && !isSettled ? unsettledSentence(field.name, setting) : null;
      const sentence = faults.get(field.name) ?? unsettled;
      field.showFault(isDue && sentence !== null ? sentence : null);
      if (sentence !== null) mistakes.push({ target: field.target, sentence });
    }
    this.isReviewing = false;
    return mistakes;
  }

  private hand(): void {
    const { words } = this.page;
    if (!this.opened) {
      const sentence = words.say("error.nationality");
      this.nationality.showFault(sentence);
      return this.nationality.target.focus();
    }
    if (this.state.disabled) return;
    this.wasAsked = true;
    const mistakes = [...this.review(), ...this.consent.review()];
    if (mistakes.length > 0) return this.summary.show(words, mistakes);
    this.summary.hide();
    const { jurisdiction, fields } = this.opened;
    const values = Object.entries(this.answers().values).filter(([, value]) => value !== "");
    this.around.filled({
      jurisdiction,
      language: this.page.language,
      fields: Object.fromEntries(values),
      confirmations: fields.flatMap((field) => field.confirmed().map((code) => [field.name, code] as const)),
    });
  }

  private nationalityField(): Field {
    const { words, jurisdictions } = this.page;
    const choices = sortedPlaces(words, jurisdictions).map(({ code, name }) => ({ value: code, label: name }));
    const help = explain(
      words.say("nationality.help.title"),
      words.say("nationality.help.which"),
      words.say("nationality.help.two"),
      words.say("nationality.help.none"),
    );
    const looks = { name: "nationality", label: words.say("nationality.label"), hint: words.say("nationality.hint"), help };
    const field = choiceField(looks, words.say("nationality.choose"), choices, "off");
    this.offerFinder(field);
    return field;
  }

  /** Offers to find the State by typing; what finds is fetched when the form is touched. The list works without it. */
  private offerFinder(field: Field): void {
    const { words, jurisdictions } = this.page;
    this.finder.addEventListener("focus", () => void this.around.later().then((later) => later.makeFinder(this.finder, field.target as HTMLSelectElement, words, jurisdictions), () => undefined), { once: true });
    const label = make("label", { for: this.finder.id, class: "hint" }, words.say("nationality.find"));
    field.target.after(make("div", { class: "finder" }, label, this.finder));
  }
}

let isPointerDown = false;
addEventListener("pointerdown", () => (isPointerDown = true), true);
for (const event of ["pointerup", "pointercancel"]) addEventListener(event, () => (isPointerDown = false), true);

/** Acts now, or after the click that is on its way: a message that appears under a pressed pointer would move the button away from it. */
function whenPointerIsUp(act: () => void): void {
  if (!isPointerDown) return act();
  const later = (): void => void setTimeout(act);
  addEventListener("pointerup", later, { once: true });
}
