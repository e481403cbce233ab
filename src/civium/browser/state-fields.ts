// The fields one State asks for (Annex III, part A or B), in the order of its rules, under the official names of the reader's language.
import { birthOrder } from "./birth";
import { explain, make } from "./dom";
import { type Choice, type Field, birthField, choiceField, textField } from "./field";
import { exampleOf, nativeLabel } from "./judge";
import type { AcceptedNumber, JurisdictionRules, Rules } from "./law";
import { sortedPlaces } from "./places";
import { type Words, sayDate } from "./words";

/** The fields of a State with the elements that hold them, to be put into the form. */
export interface StateFields {
  readonly fields: readonly Field[];
  readonly elements: readonly HTMLElement[];
}

interface Making {
  readonly rules: Rules;
  readonly form: JurisdictionRules;
  readonly words: Words;
  readonly closesOn: string;
}

// HTML, 4.10.18.7: what the browser may fill in. Numbers of documents never (they are not to be remembered anywhere).
const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  full_first_names: "given-name",
  family_names: "family-name",
  residence_street: "address-line1",
  residence_postal_code: "postal-code",
  residence_city: "address-level2",
  residence_country: "country",
};
const HINTS: Readonly<Record<string, string>> = { full_first_names: "names.first.hint", family_names: "names.family.hint" };
const RESIDENCE = /^residence_/;

/** Gives the fields of a jurisdiction, empty. Where it accepts one number only, its type is not asked: `typeOf` knows it. */
export function stateFields(rules: Rules, jurisdiction: string, words: Words, closesOn: string): StateFields {
  const form = rules.jurisdictions[jurisdiction]!;
  const making = { rules, form, words, closesOn };
  const asked = form.fields.filter((name) => !(rules.kinds[name] === "number-type" && form.numbers.length === 1));
  // The document is chosen before its number is typed, whatever the order of the columns in Annex III.
  const isType = (name: string): boolean => rules.kinds[name] === "number-type";
  const ordered = asked.filter((name) => rules.kinds[name] !== "number" && !isType(name));
  ordered.push(...asked.filter(isType), ...asked.filter((name) => rules.kinds[name] === "number"));
  const fields = ordered.map((name) => fieldFor(name, making));
  return { fields, elements: arranged(fields, making) };
}

/** Gives the only accepted number of a State that accepts one, for the field that is not asked. */
export function impliedType(rules: Rules, form: JurisdictionRules): Readonly<Record<string, string>> {
  const field = form.fields.find((name) => rules.kinds[name] === "number-type");
  return field !== undefined && form.numbers.length === 1 ? { [field]: form.numbers[0]!.id } : {};
}

/** Writes the chosen document's name and an example to the number's label and hint. */
export function nameNumber(field: Field, number: AcceptedNumber | null, words: Words): void {
  const label = field.element.querySelector("label");
  const hint = field.element.querySelector<HTMLElement>(":scope > .hint");
  const example = number && exampleOf(number);
  label?.replaceChildren(...(number ? labelOf(number, words) : [words.say("official.id_number")]));
  if (hint) {
    hint.textContent = example ? words.say("number.hint", { example }) : "";
    hint.hidden = !example;
  }
}

function fieldFor(name: string, making: Making): Field {
  const { rules, form, words } = making;
  const looks = { name, label: labelFor(name, words), hint: HINTS[name] && words.has(HINTS[name]) ? words.say(HINTS[name]) : null };
  switch (rules.kinds[name]) {
    case "date":
      return dateField(looks, words);
    case "country":
      return choiceField(looks, words.say("residence.country.choose"), countries(rules, form, words), "country");
    case "number-type": {
      const label = words.say("document.label");
      return choiceField({ ...looks, label, hint: words.say("document.hint") }, words.say("document.choose"), documents(form, words), "off");
    }
    case "number":
      return numberField(name, making);
    case "choice":
      return choiceField(looks, words.say("error.choice"), (rules.choices[name] ?? []).map((value) => ({ value, label: choiceLabel(name, value, words) })), "off");
    default:
      return textField({ ...looks, help: helpFor(name, words) }, { autocomplete: AUTOCOMPLETE[name] ?? "off", autocapitalize: "words" });
  }
}

function dateField(looks: { readonly name: string; readonly label: string }, words: Words): Field {
  const order = birthOrder(words.language);
  const example = order.map((part) => ({ day: "27", month: "3", year: "1985" })[part]).join(" ");
  const names = { day: words.say("birth.day"), month: words.say("birth.month"), year: words.say("birth.year") };
  return birthField({ ...looks, hint: words.say("number.hint", { example }) }, order, names);
}

function numberField(name: string, making: Making): Field {
  const { form, words, closesOn } = making;
  const only = form.numbers.length === 1 ? form.numbers[0]! : null;
  const help = explain(words.say("document.help.title"), words.say("document.help.text", { date: sayDate(words, closesOn) }));
  const looks = { name, label: words.say("official.id_number"), hint: " ", help };
  const field = textField(looks, { class: "input code", autocomplete: "off", autocapitalize: "characters" });
  nameNumber(field, only, words);
  return field;
}

function labelOf(number: AcceptedNumber, words: Words): (string | HTMLElement)[] {
  const { text, language } = nativeLabel(number, words.language);
  const [before = "", after = ""] = words.say("number.label").split("{document}");
  return [before, make("span", { lang: language, translate: "no" }, text), after];
}

function labelFor(name: string, words: Words): string {
  return words.has(`official.${name}`) ? words.say(`official.${name}`) : words.say(`field.${name}`);
}

function choiceLabel(name: string, value: string, words: Words): string {
  return words.has(`choice.${name}.${value}`) ? words.say(`choice.${name}.${value}`) : value;
}

function documents(form: JurisdictionRules, words: Words): Choice[] {
  return form.numbers.map((number) => {
    const { text, language } = nativeLabel(number, words.language);
    return { value: number.id, label: text, language };
  });
}

function countries(rules: Rules, form: JurisdictionRules, words: Words): Choice[] {
  const places = sortedPlaces(words, rules.countries.split(" "));
  // Most people live in their own State: it stands first, and again in its place; it is not chosen for anybody.
  const own = places.filter((place) => place.code === form.iso);
  return [...own, ...places].map((place) => ({ value: place.code, label: place.name }));
}

function helpFor(name: string, words: Words): HTMLElement | null {
  if (name === "family_names") return explain(words.say("names.help.title"), words.say("names.help.text"));
  return null;
}

/** Puts names one under the other, street beside number and code beside city, and the whole residence into one group. */
function arranged(fields: readonly Field[], { words }: Making): HTMLElement[] {
  const residence = fields.filter((field) => RESIDENCE.test(field.name));
  if (residence.length === 0) return fields.map((field) => field.element);
  const legend = words.has("official.group_residence") ? words.say("official.group_residence") : words.say("residence.group");
  const help = explain(words.say("residence.help.title"), words.say("residence.help.street"), words.say("residence.help.number"));
  const group = make("fieldset", { class: "residence form" }, make("legend", {}, legend), ...pairs(residence), help);
  const elements = fields.map((field) => (residence.includes(field) ? group : field.element));
  return elements.filter((element, at) => elements.indexOf(element) === at);
}

function pairs(fields: readonly Field[]): HTMLElement[] {
  const find = (ending: string): HTMLElement | undefined => fields.find((field) => field.name.endsWith(ending))?.element;
  const partners = new Map([
    [find("_street"), find("_number")],
    [find("_postal_code"), find("_city")],
  ]);
  const second = new Set(partners.values());
  return fields.flatMap(({ element }) => {
    const partner = partners.get(element);
    if (partner) return [make("div", { class: "twin" }, element, partner)];
    return second.has(element) ? [] : [element];
  });
}
