// What the form says about its values: faults that must be mended, doubts that may be confirmed; each with its sentence.
import type { BirthProblem } from "./birth";
import { type AcceptedNumber, type HintCode, type JurisdictionRules, type Rules, daysIn, faults, hints, oldEnoughFrom } from "./law";
import { holdsBoth, nameMistake, nameNote, nearNumber } from "./near";
import { placeName } from "./places";
import { problemOf } from "./statement";
import { type Places, type Words, sayDate, sayMonth } from "./words";

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
  /** What else the doubt depends on, the document or the country: with another one it is another doubt. */
  readonly about: string;
  /** The words beside the box that settles it. */
  readonly label: string;
}

const SENTENCE_OF_DATE: Readonly<Record<string, string>> = {
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
    const sentences = codes.map((code) => doubtSentence(code, field, answers, setting));
    const kind = setting.rules.kinds[field];
    const about = form.fields.filter((name) => setting.rules.kinds[name] === (kind === "number" ? "number-type" : "country"));
    return [{ field, codes, sentences, about: about.map((name) => answers.values[name] ?? "").join(), label: setting.words.say(confirmKey(kind)) }];
  });
}

/** Gives what is worth a word beside a field and may be right: titles, both names in one field, a very long name. */
export function findNotes(answers: Answers, { rules, words }: Setting): Map<string, string> {
  const names = formOf(answers, { rules }).fields.filter((field) => rules.kinds[field] === "name");
  const values = names.map((field) => answers.values[field] ?? "");
  const notes = names.flatMap((field, at): [string, string][] => {
    const note = at === 0 && holdsBoth(values[0]!, values[1] ?? "") ? "both" : nameNote(values[at]!);
    return note === null ? [] : [[field, words.say(`note.${note}`)]];
  });
  return new Map(notes);
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

function formOf(answers: Answers, setting: Pick<Setting, "rules">): JurisdictionRules {
  return setting.rules.jurisdictions[answers.jurisdiction]!;
}

function faultSentence(field: string, code: string, answers: Answers, setting: Setting): string {
  const { words, rules } = setting;
  if (code === "too-long" || code === "characters") return words.say(`error.${code}`);
  if (code === "under-age") return ageSentence(field, answers, setting);
  if (code === "part" || code === "year" || code === "unreal") return words.say(`error.date_of_birth.${code}`);
  if (code === "date-not-real") return unrealSentence(answers.values[field] ?? "", words);
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

/** Gives what helps with a date that does not exist: day and month changed about, or a day too many for its month. */
function unrealSentence(date: string, words: Words): string {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const names = { day: words.say("birth.day"), month: words.say("birth.month") };
  if (month > 12 && day >= 1 && day <= 12) return words.say("error.date_of_birth.order", { n: String(month), ...names });
  const days = daysIn(year, month);
  if (days === undefined || day <= days || day > 31) return words.say("error.date_of_birth.unreal");
  return words.say("error.date_of_birth.days", { n: String(days), month: sayMonth(words, date.slice(0, 7)) });
}

function doubtSentence(code: HintCode, field: string, answers: Answers, setting: Setting): string {
  const near = code === "number-format" ? numberSentence(answers.values[field] ?? "", answers, setting) : null;
  if (near !== null) return near;
  const mistake = code === "name-characters" ? nameMistake(answers.values[field] ?? "") : null;
  if (mistake !== null) return setting.words.say(`hint.name-${mistake}`);
  const example = exampleFor(code, answers, setting);
  if (example === undefined) return setting.words.say(`hint.${code}`);
  return example === null ? setting.words.say(`hint.${code}.plain`) : setting.words.say(`hint.${code}`, { example });
}

/** Gives what the number may have been meant to be, or null. */
function numberSentence(typed: string, answers: Answers, setting: Setting): string | null {
  const { rules, words } = setting;
  const form = formOf(answers, setting);
  const number = chosenNumber(rules, form, answers.values);
  const near = number && nearNumber(number, form.numbers, typed);
  if (!near) return null;
  if (near.kind === "zero") return words.say("hint.number-zero", { number: near.number });
  if (near.kind === "alphabet") return words.say("hint.number-alphabet");
  if (near.kind === "other") return words.say("hint.number-other", { document: nativeLabel(near.other, words.language).text });
  return words.say("hint.number-length", { n: String(near.typed), usual: String(near.usual), example: exampleOf(number) ?? "" });
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
