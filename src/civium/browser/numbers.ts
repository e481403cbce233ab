// Personal and document numbers: one form for checking, check digits, the date of birth inside some.
//
// The rules are:
// - Nothing here refuses: a wrong form or check digit is a hint that the signatory may confirm (LAW-35).
// - Dates are texts, yyyy-mm-dd; they compare as texts.
// - src/civium/law/numbers.py does the same; vectors/numbers.json binds both.

// Unicode's White_Space, with the zero-width space and the byte order mark that copying from other programs brings along.
const WHITE = "\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
const SPACES = new RegExp(`[${WHITE}]+`, "g");
const ENDS = new RegExp(`^[${WHITE}]+|[${WHITE}]+$`, "g");
const DASHES = /[‐‑‒–—―−﹣]/g;
const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

/** Give the text as it is stored: Unicode NFC, no white space at either end, nothing else changed. */
export function trim(text: string): string {
  return text.normalize("NFC").replace(ENDS, "");
}

/** Apply the steps of a rule in their order; the result is for checks only and is never stored. */
export function normalise(steps: readonly string[], text: string): string {
  return steps.reduce((before, step) => applied(step, before), text);
}

function applied(step: string, text: string): string {
  if (step === "nfkc") return text.normalize("NFKC");
  // Only a to z: patterns know no other letters, and two Unicode versions never disagree about them.
  if (step === "upper") return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (step === "strip_spaces") return text.replace(SPACES, "");
  if (step === "dashes") return text.replace(DASHES, "-");
  const given = step.slice(step.indexOf(":") + 1);
  if (step.startsWith("strip:")) return [...text].filter((character) => !given.includes(character)).join("");
  if (step.startsWith("pad:")) return /^[0-9]/.test(text) ? text.padStart(Number(given), "0") : text;
  throw new Error("procedure-step-unknown");
}

/** Say whether the check digits of normalised text are what the rule of this name gives. */
export function checkDigitsAgree(name: string, text: string): boolean {
  const check = CHECKS[name];
  if (check === undefined) throw new Error("procedure-check-unknown");
  return check[0].test(text) && check[1](text);
}

/** Give the date of birth that normalised text holds, or null if it holds none, an unreal one or one after `on`. Advice only. */
export function birthDateInside(name: string, text: string, on: string): string | null {
  const birth = BIRTH_DATES[name];
  if (birth === undefined) throw new Error("procedure-birth-unknown");
  if (!birth[0].test(text)) return null;
  const [year, month, day] = birth[1](text, on);
  if (year === undefined || !isRealDate(year, month, day)) return null;
  const bornOn = isoDate(year, month, day);
  return bornOn <= on ? bornOn : null;
}

/** Give how many days a month of a year has; undefined where there is no such month. */
export function daysIn(year: number, month: number): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

/** Say whether there is such a day in the calendar. */
export function isRealDate(year: number, month: number, day: number): boolean {
  const days = daysIn(year, month);
  return year >= 1 && days !== undefined && day >= 1 && day <= days;
}

/** Write a date as yyyy-mm-dd. */
export function isoDate(year: number, month: number, day: number): string {
  const padded = (value: number, width: number): string => String(value).padStart(width, "0");
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function weighted(text: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * Number(text[place]), 0);
}

function belgianCheck(text: string, prefix: string): boolean {
  return Number(text.slice(9)) === 97 - (Number(prefix + text.slice(0, 9)) % 97);
}

function estonia(text: string): boolean {
  let rest = weighted(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  if (rest === 10) rest = (weighted(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return rest === Number(text[10]);
}

// ISO 7064 MOD 11,10.
function mod1110(text: string): boolean {
  let rest = 10;
  for (const digit of text.slice(0, -1)) rest = (((rest + Number(digit)) % 10 || 10) * 2) % 11;
  return (rest + Number(text.slice(-1))) % 10 === 1;
}

// The weights were turned round for births after 31.12.1996; a remainder of 10 is not issued.
function hungary(text: string): boolean {
  const isOld = "1256".includes(text.charAt(0)) && text.slice(1, 7) <= "961231";
  const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  return weighted(text, isOld ? weights : weights.reverse()) % 11 === Number(text[10]);
}

function portugal(text: string): boolean {
  const sum = [...text].reverse().reduce((total, character, place) => {
    const value = parseInt(character, 36);
    return total + (place % 2 === 0 ? value : 2 * value - (value >= 5 ? 9 : 0));
  }, 0);
  return sum % 10 === 0;
}

function sweden(text: string): boolean {
  const digits = [...text.replace(/[-+]/, "").slice(-10)];
  const sum = digits.reduce((total, digit, place) => {
    const value = Number(digit) * (2 - (place % 2));
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const CHECKS: Record<string, [RegExp, (text: string) => boolean]> = {
  // Births since 2000 are counted with a 2 before the nine digits.
  "be-rrn": [/^\d{11}$/, (text) => belgianCheck(text, "") || belgianCheck(text, "2")],
  "bg-egn": [/^\d{10}$/, (text) => (weighted(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(text[9])],
  "ee-isikukood": [/^\d{11}$/, estonia],
  "es-dni": [/^\d{8}[A-Z]$/, (text) => DNI_LETTERS[Number(text.slice(0, 8)) % 23] === text[8]],
  "hu-szemelyi": [/^[1-8]\d{10}$/, hungary],
  // Of the codes without a date only those beginning 32 have a known rule.
  "lv-personas-kods": [
    /^[0-3]\d{10}$/,
    (text) => text.slice(0, 2) > "32" || ((1 + weighted(text, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11) % 10 === Number(text[10]),
  ],
  "mod-11-10": [/^\d{2,}$/, mod1110],
  "pl-pesel": [/^\d{11}$/, (text) => weighted(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0],
  "pt-cc": [/^\d{9}[A-Z0-9]{2}\d$/, portugal],
  "ro-cnp": [/^\d{13}$/, (text) => romanianDigit(weighted(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11) === Number(text[12])],
  "se-personnummer": [/^(?:\d{2})?\d{6}[-+]?\d{4}$/, sweden],
  "si-emso": [/^\d{13}$/, (text) => ((11 - (weighted(text, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11) % 10 === Number(text[12])],
};

function romanianDigit(rest: number): number {
  return rest === 10 ? 1 : rest;
}

type DateParts = [year: number | undefined, month: number, day: number];

/** Read yymmdd from a place, in a century. */
function shortDate(text: string, place: number, century: number | undefined): DateParts {
  const pair = (at: number): number => Number(text.slice(place + at, place + at + 2));
  return [century === undefined ? undefined : century + pair(0), pair(2), pair(4)];
}

/** Read yymmdd where 20, 40, … added to the month stand for the century. */
function monthOffset(text: string, centuries: readonly number[]): DateParts {
  const [year, month, day] = shortDate(text, 0, centuries[Math.floor(Number(text.slice(2, 4)) / 20)]);
  return [year, month % 20, day];
}

function bornSlovenia(text: string): DateParts {
  const year = Number(text.slice(4, 7));
  return [year + (year >= 800 ? 1000 : 2000), Number(text.slice(2, 4)), Number(text.slice(0, 2))];
}

function bornSweden(text: string, on: string): DateParts {
  const digits = text.replace(/[-+]/, "");
  if (digits.length === 12) return shortDate(digits, 2, 100 * Number(digits.slice(0, 2)));
  const thisYear = Number(on.slice(0, 4));
  const age = (((thisYear - Number(digits.slice(0, 2))) % 100) + 100) % 100;
  return [thisYear - age - (text.includes("+") ? 100 : 0), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
}

// The first digit gives the century; its place in the text is the digit's value.
const EE_CENTURIES = [NaN, 1800, 1800, 1900, 1900, 2000, 2000, 2100, 2100];
const HU_CENTURIES = [NaN, 1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000];
const RO_CENTURIES = [NaN, 1900, 1900, 1800, 1800, 2000, 2000];

const BIRTH_DATES: Record<string, [RegExp, (text: string, on: string) => DateParts]> = {
  be: [/^\d{11}$/, (text) => shortDate(text, 0, belgianCheck(text, "2") ? 2000 : 1900)],
  bg: [/^\d\d[0-5]\d{7}$/, (text) => monthOffset(text, [1900, 1800, 2000])],
  ee: [/^[1-8]\d{10}$/, (text) => shortDate(text, 1, EE_CENTURIES[Number(text[0])])],
  hu: [/^[1-8]\d{10}$/, (text) => shortDate(text, 1, HU_CENTURIES[Number(text[0])])],
  lv: [
    /^(?:[0-2]\d|3[01])\d{4}[0-2]\d{4}$/,
    (text) => [1800 + 100 * Number(text[6]) + Number(text.slice(4, 6)), Number(text.slice(2, 4)), Number(text.slice(0, 2))],
  ],
  pl: [/^\d{11}$/, (text) => monthOffset(text, [1900, 2000, 2100, 2200, 1800])],
  ro: [/^[1-6]\d{12}$/, (text) => shortDate(text, 1, RO_CENTURIES[Number(text[0])])],
  se: [/^(?:\d{2})?\d{6}[-+]?\d{4}$/, bornSweden],
  si: [/^\d{13}$/, bornSlovenia],
};
