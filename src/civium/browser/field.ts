// One field of the form: label, hint, message, control, and the box that settles a doubt, in this order (look: `.field`).
//
// The rules are:
// - a control has no `name`: no submission of any kind can carry what was typed;
// - a message stands beside its field and is named by `aria-describedby`; a wrong one is `aria-invalid`;
// - what a field holds leaves it only through `read`.
import { type BirthPart, type BirthProblem, birthDate, wholeDate } from "./birth";
import { type Child, icon, make } from "./dom";
import type { Doubt } from "./judge";
import { tidy } from "./statement";

export interface Field {
  readonly name: string;
  readonly element: HTMLElement;
  /** Where a link of the summary leads. */
  readonly target: HTMLElement;
  read(): string;
  problem(): BirthProblem | null;
  write(value: string): void;
  showFault(sentence: string | null): void;
  showDoubt(doubt: Doubt | null): void;
  /** Shows what is worth a word and stops nobody. */
  showNote(sentence: string | null): void;
  /** The codes that the signatory confirmed for the value as it stands. */
  confirmed(): readonly string[];
}

export interface TickField extends Field {
  isTicked(): boolean;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly language?: string | null;
}

interface Looks {
  readonly name: string;
  readonly label: Child;
  readonly hint?: string | null;
  readonly help?: HTMLElement | null;
}

interface Handle {
  read(): string;
  write(value: string): void;
  problem?(): BirthProblem | null;
}

// Marks without a sign of their own that copying brings along: soft hyphens, joiners, changes of direction. Names and numbers of the Union have none.
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;

/** Gives a field for one line of text. */
export function textField(looks: Looks, attributes: Readonly<Record<string, string>>): Field {
  const id = idOf(looks.name);
  const input = make("input", { class: "input", id, type: "text", spellcheck: "false", translate: "no", ...attributes });
  const label = make("label", { for: id }, looks.label);
  return frame(looks, "div", label, input, [input], { read: () => tidy(input.value.replace(INVISIBLE, "")), write: (value) => void (input.value = value) });
}

/** Gives a field for a long code, on as many lines as it needs: a phone shows it whole. White space in it means nothing. */
export function codeField(looks: Looks, attributes: Readonly<Record<string, string>>): Field {
  const id = idOf(looks.name);
  const input = make("textarea", { class: "input code", id, rows: "2", spellcheck: "false", translate: "no", ...attributes });
  // Enter sends, as from a field of one line.
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    input.form?.requestSubmit();
  });
  const label = make("label", { for: id }, looks.label);
  return frame(looks, "div", label, input, [input], {
    read: () => input.value.replace(/\s+/gu, ""),
    write: (value) => void (input.value = value),
  });
}

/** Gives a field that offers choices; the first entry is the question, and chooses nothing. */
export function choiceField(looks: Looks, question: string, choices: readonly Choice[], autocomplete: string): Field {
  const id = idOf(looks.name);
  const options = choices.map((choice) => make("option", { value: choice.value, lang: choice.language ?? null }, choice.label));
  const select = make("select", { id, autocomplete }, make("option", { value: "" }, question), ...options);
  const label = make("label", { for: id }, looks.label);
  return frame(looks, "div", label, select, [select], { read: () => select.value, write: (value) => void (select.value = value) });
}

/** Gives a field for a date of birth in three parts, in this order. A whole date put into one of them is spread over all. */
export function birthField(looks: Looks, order: readonly BirthPart[], words: Readonly<Record<BirthPart, string>>): Field {
  const inputs = order.map((part) =>
    make("input", {
      class: part === "year" ? "input short year" : "input short",
      id: `${idOf(looks.name)}-${part}`,
      type: "text",
      inputmode: "numeric",
      autocomplete: `bday-${part}`,
      size: part === "year" ? "4" : "2",
      translate: "no",
    }),
  );
  const parts = inputs.map((input, at) => make("div", { class: "field" }, make("label", { for: input.id }, words[order[at]!]), input));
  const of = (part: BirthPart): HTMLInputElement => inputs[order.indexOf(part)]!;
  const birth = (): ReturnType<typeof birthDate> => birthDate(of("day").value, of("month").value, of("year").value);
  const spread = ({ target }: Event): void => {
    const whole = target instanceof HTMLInputElement ? wholeDate(target.value) : null;
    if (whole) for (const part of order) of(part).value = whole[part];
  };
  for (const input of inputs) input.addEventListener("input", spread);
  return frame(looks, "fieldset", make("legend", {}, looks.label), make("div", { class: "parts" }, ...parts), inputs, {
    read: () => birth().value,
    problem: () => birth().problem,
    write: (value) => {
      const [year = "", month = "", day = ""] = value.split("-");
      [of("day").value, of("month").value, of("year").value] = [day, month, year];
    },
  });
}

/** Gives a box to tick, never ticked beforehand. */
export function tickField(name: string, sentence: readonly Child[]): TickField {
  const box = make("input", { type: "checkbox", id: idOf(name), autocomplete: "off" });
  const tick = make("label", { class: "tick" }, box, make("span", {}, ...sentence));
  const field = frame({ name, label: null }, "div", null, tick, [box], {
    read: () => (box.checked ? "1" : ""),
    write: (value) => void (box.checked = value !== ""),
  });
  return { ...field, isTicked: () => box.checked };
}

function idOf(name: string): string {
  return `field-${name.replace(/_/g, "-")}`;
}

function frame(looks: Looks, tag: "div" | "fieldset", label: HTMLElement | null, control: HTMLElement, inputs: readonly HTMLElement[], handle: Handle): Field {
  const id = idOf(looks.name);
  const hint = looks.hint ? make("p", { class: "hint", id: `${id}-hint` }, looks.hint) : null;
  const element = make(tag, { class: "field" }, label, hint, control, looks.help ?? null);
  let [fault, confirm, doubted]: [HTMLElement | null, HTMLElement | null, { doubt: Doubt; value: string; box: HTMLInputElement } | null] = [null, null, null];
  let note: HTMLElement | null = null;

  const describe = (): void => {
    const ids = [hint, fault, confirm?.firstElementChild, note].flatMap((part) => (part ? [part.id] : []));
    for (const input of inputs) {
      if (ids.length > 0) input.setAttribute("aria-describedby", ids.join(" "));
      else input.removeAttribute("aria-describedby");
    }
  };
  describe();
  return {
    name: looks.name,
    element,
    target: inputs[0]!,
    read: () => handle.read(),
    problem: () => handle.problem?.() ?? null,
    write: (value) => handle.write(value),
    showFault(sentence) {
      fault?.remove();
      fault = sentence === null ? null : make("p", { class: "error", id: `${id}-error` }, icon("alert"), make("span", {}, sentence));
      if (fault) control.before(fault);
      element.classList.toggle("wrong", fault !== null);
      for (const input of inputs) {
        if (fault) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
      describe();
    },
    showDoubt(doubt) {
      // A box already ticked stays ticked only for the very value and doubt it was ticked for.
      if (doubt && doubted && doubted.value === handle.read() && doubted.doubt.about === doubt.about && doubted.doubt.codes.join() === doubt.codes.join()) return;
      confirm?.remove();
      [confirm, doubted] = [null, null];
      if (doubt) {
        const box = make("input", { type: "checkbox", autocomplete: "off", "aria-describedby": `${id}-doubt` });
        const sentences = make("div", { id: `${id}-doubt` }, ...doubt.sentences.map((sentence) => make("p", {}, sentence)));
        confirm = make("div", { class: "confirm" }, sentences, make("label", { class: "tick" }, box, make("span", {}, doubt.label)));
        control.after(confirm);
        doubted = { doubt, value: handle.read(), box };
      }
      describe();
    },
    showNote(sentence) {
      if (note?.textContent === (sentence ?? undefined)) return;
      note?.remove();
      note = sentence === null ? null : make("p", { class: "hint", id: `${id}-note`, role: "status" }, sentence);
      if (note) control.after(note);
      describe();
    },
    confirmed: () => (doubted?.box.checked && doubted.value === handle.read() ? doubted.doubt.codes : []),
  };
}
