// What the form says about its values: faults that must be mended, doubts that may be confirmed; each with its sentence.
import type { BirthProblem } from "./birth";
import { type AcceptedNumber, type HintCode, type JurisdictionRules, type Rules, faults, hints, oldEnoughFrom } from "./law";
import { placeName } from "./places";
import { problemOf } from "./statement";
import { type Places, type Words, sayDate } from "./words";

export interface Answers {
  readonly jurisdiction: string;
  /** Tidied; an empty field is absent or empty. */
  readonly values: Readonly<Record<string, string>>;
  readonly birthProblem: BirthProblem | null;
}

export interface Setting {
  readonly rules: Rules;
  readonly words: Words;
  readonly today: string;
  readonly closesOn: string;
}

export interface Fault {
  readonly field: string;
  readonly sentence: string;
}

export interface Doubt {
  readonly field: string;
  readonly codes: readonly HintCode[];
  readonly sentences: readonly string[];
  /** The words beside the box that settles it. */
  readonly label: string;
}

const SENTENCE_OF_DATE: Readonly<Record<string, string>> = {
  "date-not-real": "error.date_of_birth.unreal",
  "date-in-future": "error.date_of_birth.future",
};

/** Gives the faults in the order of the form, one for a field. */
export function findFaults(answers: Answers, setting: Setting): Fault[] {
  const form = formOf(answers, setting);
  const found = new Map(faults(setting.rules, form, answers.values, setting.today).map(({ field, code }) => [field, code as string]));
  for (const field of form.fields) {
    const problem = problemOf(answers.values[field] ?? "");
    if (problem) found.set(field, problem);
    if (setting.rules.kinds[field] === "date" && answers.birthProblem) found.set(field, answers.birthProblem);
  }
  return form.fields.flatMap((field) => {
    const code = found.get(field);
    return code === undefined ? [] : [{ field, sentence: faultSentence(field, code, answers, setting) }];
  });
}

/** Gives the doubts in the order of the form, one for a field. */
export function findDoubts(answers: Answers, setting: Setting): Doubt[] {
  const form = formOf(answers, setting);
  const found = hints(setting.rules, form, answers.values, setting.today);
  return form.fields.flatMap((field) => {
    const codes = found.filter((hint) => hint.field === field).map((hint) => hint.code);
    if (codes.length === 0) return [];
    const sentences = codes.map((code) => doubtSentence(code, answers, setting));
    return [{ field, codes, sentences, label: setting.words.say(confirmKey(setting.rules.kinds[field])) }];
  });
}

/** Gives the sentence for a doubt that was neither mended nor confirmed. */
export function unsettledSentence(field: string, setting: Setting): string {
  return setting.words.say(setting.rules.kinds[field] === "number" ? "error.confirm" : "error.confirm.plain");
}

/** Gives the number the signatory chose, or null before the choice. */
export function chosenNumber(rules: Rules, form: JurisdictionRules, values: Readonly<Record<string, string>>): AcceptedNumber | null {
  const field = form.fields.find((name) => rules.kinds[name] === "number-type");
  return form.numbers.find((number) => field !== undefined && number.id === values[field]) ?? null;
}

/** Gives the name a number has in the State's languages; the reader's, if it is among them. */
export function nativeLabel(number: AcceptedNumber, language: string): { readonly text: string; readonly language: string | null } {
  const own = number.label[language];
  if (own !== undefined) return { text: own, language };
  const labels = Object.entries(number.label);
  const [first] = labels;
  return labels.length === 1 ? { text: first![1], language: first![0] } : { text: labels.map(([, label]) => label).join(" / "), language: null };
}

/** Gives a number as it might look: the rules' example, or one made from a plain format; null where there is neither. */
export function exampleOf(number: AcceptedNumber): string | null {
  if (number.example !== null) return number.example;
  const [first = ""] = (number.format ?? "").split(/[ ,]/);
  if (!/^[NL]{4,}$/.test(first)) return null;
  let [digits, letters] = [0, 0];
  const example = Array.from(first, (sign) => (sign === "N" ? String(++digits % 10) : "ABCDEFGHIJ"[letters++ % 10]!)).join("");
  return new RegExp(number.pattern, "u").test(example) ? example : null;
}

function formOf(answers: Answers, setting: Setting): JurisdictionRules {
  return setting.rules.jurisdictions[answers.jurisdiction]!;
}

function faultSentence(field: string, code: string, answers: Answers, setting: Setting): string {
  const { words, rules } = setting;
  if (code === "too-long" || code === "characters") return words.say(`error.${code}`);
  if (code === "under-age") return ageSentence(field, answers, setting);
  if (code === "part" || code === "year" || code === "unreal") return words.say(`error.date_of_birth.${code}`);
  if (code in SENTENCE_OF_DATE) return words.say(SENTENCE_OF_DATE[code]!);
  if (rules.kinds[field] === "number") {
    const form = formOf(answers, setting);
    const number = chosenNumber(rules, form, answers.values);
    const document = number ? nativeLabel(number, words.language).text : words.say("document.label");
    return words.say(form.numbers.length > 1 ? "error.id_number.other" : "error.id_number", { document });
  }
  const key = `error.${field}`;
  return words.has(key) ? words.say(key) : words.say(code === "field-empty" ? "error.empty" : "error.choice");
}

function ageSentence(field: string, answers: Answers, setting: Setting): string {
  const { words, closesOn } = setting;
  const from = oldEnoughFrom(formOf(answers, setting).age, answers.values[field] ?? "");
  const places: Places = { state: placeName(words, answers.jurisdiction), date: sayDate(words, from), end: sayDate(words, closesOn) };
  if (from > closesOn) return words.say("age.too-young.ended", places);
  return `${words.say("age.too-young", places)} ${words.say("age.come-back")}`;
}

function doubtSentence(code: HintCode, answers: Answers, setting: Setting): string {
  const example = exampleFor(code, answers, setting);
  if (example === undefined) return setting.words.say(`hint.${code}`);
  return example === null ? setting.words.say(`hint.${code}.plain`) : setting.words.say(`hint.${code}`, { example });
}

function exampleFor(code: HintCode, answers: Answers, setting: Setting): string | null | undefined {
  if (code === "number-format") {
    const number = chosenNumber(setting.rules, formOf(answers, setting), answers.values);
    return number && exampleOf(number);
  }
  if (code !== "postal-code-format") return undefined;
  const form = formOf(answers, setting);
  const field = form.fields.find((name) => setting.rules.kinds[name] === "country");
  const country = field === undefined ? form.iso : (answers.values[field] ?? "");
  return setting.rules.postal_codes[country]?.example ?? null;
}

function confirmKey(kind: string | undefined): string {
  if (kind === "number") return "confirm.label";
  return kind === "postal-code" || kind === "text" ? "confirm.address" : "confirm.plain";
}
