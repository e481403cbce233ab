// What is wrong or odd about the values of one form, from the rules document of docs/spec/rules.md.
//
// The rules are:
// - A fault is refused here, before sealing: an empty field, an unreal date, an age under the minimum.
// - A hint never refuses (LAW-35); the signatory confirms it, and the confirmation is sealed with the statement.
// - Dates are texts, yyyy-mm-dd; the day of signing is the civil date in Brussels.
// - src/civium/law/checks.py and ages.py do the same; vectors/numbers.json and vectors/ages.json bind both.

import { birthDateInside, checkDigitsAgree, isoDate, isRealDate, normalise, trim } from "./numbers";

export { birthDateInside, checkDigitsAgree, daysIn, normalise, trim } from "./numbers";

export type FieldKind = "name" | "text" | "postal-code" | "country" | "date" | "number" | "number-type" | "choice";
export type FaultCode = "field-empty" | "date-not-real" | "date-in-future" | "under-age" | "choice-unknown" | "country-unknown";
export type HintCode =
  | "birth-date-implausible"
  | "name-characters"
  | "name-script"
  | "number-checksum"
  | "number-format"
  | "number-not-national"
  | "number-suggests-under-age"
  | "postal-code-format";

export interface AgeRule {
  readonly years: number;
  readonly rule: "completed_years" | "calendar_year";
}

export interface AcceptedNumber {
  readonly id: string;
  readonly label: Readonly<Record<string, string>>;
  readonly format: string | null;
  readonly pattern: string;
  readonly normalise: readonly string[];
  readonly check: string | null;
  readonly example: string | null;
  readonly birth: string | null;
  readonly not_national: string | null;
}

export interface Notice {
  readonly id: string;
  readonly field: string;
  readonly is_not: string;
  readonly wording: string;
}

export interface JurisdictionRules {
  readonly iso: string;
  readonly part: string;
  readonly fields: readonly string[];
  readonly age: AgeRule;
  readonly numbers: readonly AcceptedNumber[];
  readonly notices: readonly Notice[];
}

export interface PostalCodeRule {
  readonly pattern: string;
  readonly normalise: readonly string[];
  readonly example: string | null;
}

export interface Rules {
  readonly version: string;
  readonly procedure: string;
  readonly kinds: Readonly<Record<string, FieldKind>>;
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly countries: string;
  readonly name_scripts: readonly string[];
  readonly most_plausible_age_years: number;
  readonly longest_postal_code_elsewhere: number;
  readonly jurisdictions: Readonly<Record<string, JurisdictionRules>>;
  readonly postal_codes: Readonly<Record<string, PostalCodeRule>>;
}

export interface Fault {
  readonly field: string;
  readonly code: FaultCode;
}

export interface Hint {
  readonly field: string;
  readonly code: HintCode;
}

export type Values = Readonly<Record<string, string>>;

// Signs that stand in names beside letters: space, apostrophes, hyphens, dashes, full stop, comma, middle dot, parentheses.
const NAME_SIGNS = " '’ʼ‘`´-‐‑–—.,·()";

/** Give the fields of the form that are empty, in its order: all fields are mandatory (Annex III). */
export function missingFields(form: JurisdictionRules, values: Values): string[] {
  return form.fields.filter((field) => valueOf(values, field) === "");
}

/** Give what must be mended before a statement is sealed, in the order of the form. */
export function faults(rules: Rules, form: JurisdictionRules, values: Values, on: string): Fault[] {
  return form.fields.flatMap((field) => {
    const value = valueOf(values, field);
    const code = value === "" ? "field-empty" : faultOf(rules, form, field, value, on);
    return code === null ? [] : [{ field, code }];
  });
}

/** Give what looks unusual, in the order of the form; an empty field and an unknown choice give no hint. */
export function hints(rules: Rules, form: JurisdictionRules, values: Values, on: string): Hint[] {
  return form.fields.flatMap((field) => hintsOf(rules, form, values, field, on).map((code) => ({ field, code })));
}

/** Give the first hint that one number deserves, or null if it looks right. */
export function checkNumber(number: AcceptedNumber, age: AgeRule, typed: string, on: string): HintCode | null {
  return numberHints(number, age, typed, on)[0] ?? null;
}

/** Give the hints that one number deserves: about its form, or its check digits, or else what the digits suggest. */
export function numberHints(number: AcceptedNumber, age: AgeRule, typed: string, on: string): HintCode[] {
  const text = normalise(number.normalise, trim(typed));
  if (!new RegExp(number.pattern, "u").test(text)) return ["number-format"];
  if (number.check !== null && !checkDigitsAgree(number.check, text)) return ["number-checksum"];
  const found: HintCode[] = [];
  if (number.not_national !== null && new RegExp(number.not_national, "u").test(text)) found.push("number-not-national");
  const bornOn = number.birth === null ? null : birthDateInside(number.birth, text, on);
  if (bornOn !== null && !isOldEnough(age, bornOn, on)) found.push("number-suggests-under-age");
  return found;
}

/** Give the hint that a postal code deserves in a country, or null; abroad only an unusual length is remarked (LAW-106). */
export function checkPostalCode(rules: Rules, country: string, typed: string): HintCode | null {
  const rule = rules.postal_codes[country];
  const text = trim(typed);
  const isUsual =
    rule === undefined
      ? [...text].length <= rules.longest_postal_code_elsewhere
      : new RegExp(rule.pattern, "u").test(normalise(rule.normalise, text));
  return isUsual ? null : "postal-code-format";
}

/** Give the hints that a name deserves: signs that names do not have, or letters of two alphabets in one word (LAW-109). */
export function nameHints(rules: Rules, typed: string): HintCode[] {
  const text = trim(typed);
  const scripts = rules.name_scripts.map((letters) => new RegExp(`[${letters}]`, "u"));
  const found: HintCode[] = [];
  if ([...text].some((character) => !NAME_SIGNS.includes(character) && !/[\p{L}\p{M}]/u.test(character))) found.push("name-characters");
  if (text.split(/[ -]/).some((word) => isMixed(word, scripts))) found.push("name-script");
  return found;
}

/** Give the first day on which a person born on this day may sign. Born on 29 February: 1 March where there is no 29th. */
export function oldEnoughFrom(rule: AgeRule, bornOn: string): string {
  const year = Number(bornOn.slice(0, 4)) + rule.years;
  const month = Number(bornOn.slice(5, 7));
  const day = Number(bornOn.slice(8));
  if (rule.rule === "calendar_year") return isoDate(year, 1, 1);
  return isRealDate(year, month, day) ? isoDate(year, month, day) : isoDate(year, 3, 1);
}

/** Say whether a person born on this day has the minimum age on the day of signing. */
export function isOldEnough(rule: AgeRule, bornOn: string, on: string): boolean {
  return oldEnoughFrom(rule, bornOn) <= on;
}

/** Say whether a text is yyyy-mm-dd and names a day that exists. */
export function isRealDateText(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return parts !== null && isRealDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/** Give the notices that are due: their field is filled and holds something else (Annex III for Germans abroad). */
export function noticesFor(form: JurisdictionRules, values: Values): Notice[] {
  return form.notices.filter((notice) => !["", notice.is_not].includes(valueOf(values, notice.field)));
}

function valueOf(values: Values, field: string): string {
  return trim(values[field] ?? "");
}

function fieldOfKind(rules: Rules, form: JurisdictionRules, kind: FieldKind): string | undefined {
  return form.fields.find((field) => rules.kinds[field] === kind);
}

function faultOf(rules: Rules, form: JurisdictionRules, field: string, value: string, on: string): FaultCode | null {
  const kind = rules.kinds[field];
  if (kind === "date") return birthDateFault(form.age, value, on);
  if (kind === "number-type") return form.numbers.some((number) => number.id === value) ? null : "choice-unknown";
  if (kind === "choice") return rules.choices[field]?.includes(value) ? null : "choice-unknown";
  if (kind === "country") return rules.countries.split(" ").includes(value) ? null : "country-unknown";
  return null;
}

function birthDateFault(age: AgeRule, value: string, on: string): FaultCode | null {
  if (!isRealDateText(value)) return "date-not-real";
  if (value > on) return "date-in-future";
  return isOldEnough(age, value, on) ? null : "under-age";
}

function hintsOf(rules: Rules, form: JurisdictionRules, values: Values, field: string, on: string): HintCode[] {
  const value = valueOf(values, field);
  if (value === "") return [];
  const kind = rules.kinds[field];
  if (kind === "name") return nameHints(rules, value);
  if (kind === "postal-code") return postalCodeHints(rules, form, values, value);
  if (kind === "number") {
    const type = fieldOfKind(rules, form, "number-type");
    const number = form.numbers.find((accepted) => type !== undefined && accepted.id === valueOf(values, type));
    return number === undefined ? [] : numberHints(number, form.age, value, on);
  }
  const isOld = kind === "date" && isRealDateText(value) && Number(on.slice(0, 4)) - Number(value.slice(0, 4)) > rules.most_plausible_age_years;
  return isOld ? ["birth-date-implausible"] : [];
}

function postalCodeHints(rules: Rules, form: JurisdictionRules, values: Values, value: string): HintCode[] {
  const field = fieldOfKind(rules, form, "country");
  // A procedure that asks no country is for residents of the jurisdiction's own country.
  const country = field === undefined ? form.iso : valueOf(values, field);
  const code = country === "" ? null : checkPostalCode(rules, country, value);
  return code === null ? [] : [code];
}

/** Say whether a word has letters of two alphabets, or of one that the procedure does not list. */
function isMixed(word: string, scripts: readonly RegExp[]): boolean {
  const letters = [...word].filter((character) => /\p{L}/u.test(character) && !NAME_SIGNS.includes(character));
  const used = new Set(letters.map((letter) => scripts.findIndex((script) => script.test(letter))));
  return used.size > 1 || used.has(-1);
}
