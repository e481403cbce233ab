// What the form says: every fault and doubt has its sentence, in words that exist.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Answers, type Setting, exampleOf, findDoubts, findFaults, findNotes, nativeLabel, unsettledSentence } from "../../src/civium/browser/judge";
import { type Rules, type Values, faults } from "../../src/civium/browser/law";
import { placeName, sortedPlaces } from "../../src/civium/browser/places";
import { sayDate, sayNumber, wordsOf } from "../../src/civium/browser/words";

const sentences = JSON.parse(readFileSync("src/civium/browser/words.en.json", "utf8")) as Record<string, string>;
const words = wordsOf(sentences, "en");
const number = (id: string, language: string, pattern: string, more: object): object => ({
  id,
  label: { [language]: id.toUpperCase() },
  format: null,
  pattern,
  normalise: ["nfkc", "upper", "strip_spaces"],
  check: null,
  example: null,
  birth: null,
  not_national: null,
  ...more,
});
const partA = ["full_first_names", "family_names", "residence_street", "residence_number", "residence_postal_code", "residence_city", "residence_country", "date_of_birth"];
const rules = {
  version: "2026-11-21",
  procedure: "eci",
  kinds: {
    full_first_names: "name",
    family_names: "name",
    residence_street: "text",
    residence_number: "text",
    residence_postal_code: "postal-code",
    residence_city: "text",
    residence_country: "country",
    date_of_birth: "date",
    id_number: "number",
    id_type: "number-type",
  },
  choices: {},
  countries: "DE ES FR",
  name_scripts: ["A-Za-zÀ-ÖØ-öø-ɏ", "Ͱ-Ͽἀ-῿", "Ѐ-ԯ"],
  most_plausible_age_years: 120,
  longest_postal_code_elsewhere: 10,
  jurisdictions: {
    DE: { iso: "DE", part: "A", fields: partA, age: { years: 16, rule: "completed_years" }, numbers: [], notices: [] },
    ES: {
      iso: "ES",
      part: "B",
      fields: ["full_first_names", "family_names", "id_number", "id_type"],
      age: { years: 18, rule: "completed_years" },
      numbers: [number("dni", "es", "^\\d{8}[A-Z]$", { example: "00000000T", check: "es-dni" }), number("passport", "es", "^[A-Z]{2,3}\\d{6}$", { format: "LLLNNNNNN" })],
      notices: [],
    },
  },
  postal_codes: { DE: { pattern: "^\\d{5}$", normalise: [], example: "10115" }, FR: { pattern: "^\\d{5}$", normalise: [], example: null } },
} as unknown as Rules;
const setting: Setting = { rules, words, today: "2026-11-21", closesOn: "2027-04-13" };
const german: Values = {
  full_first_names: "Annelore",
  family_names: "Vanthieghem",
  residence_street: "Am Ring",
  residence_number: "-",
  residence_postal_code: "10115",
  residence_city: "Berlin",
  residence_country: "DE",
  date_of_birth: "1985-03-07",
};
const spanish: Values = { full_first_names: "Aurelia", family_names: "Montoro", id_type: "dni", id_number: "00000000T" };
const answers = (jurisdiction: string, values: Values, birthProblem: Answers["birthProblem"] = null): Answers => ({ jurisdiction, values, birthProblem });
const faultOf = (jurisdiction: string, values: Values, problem: Answers["birthProblem"] = null): string[] =>
  findFaults(answers(jurisdiction, values, problem), setting).map((fault) => fault.sentence);

test("a whole form has neither faults nor doubts", () => {
  for (const [jurisdiction, values] of [["DE", german], ["ES", spanish]] as const) {
    assert.deepEqual(findFaults(answers(jurisdiction, values), setting), []);
    assert.deepEqual(findDoubts(answers(jurisdiction, values), setting), []);
  }
});

test("every empty field has a sentence of its own that says what to do", () => {
  for (const [jurisdiction, values] of [["DE", german], ["ES", spanish]] as const) {
    for (const field of Object.keys(values)) {
      const { [field]: _, ...rest } = values;
      const found = findFaults(answers(jurisdiction, rest), setting);
      assert.deepEqual(found.map((fault) => fault.field), [field]);
      assert.ok(!found[0]!.sentence.startsWith("error."), found[0]!.sentence);
      assert.ok(!found[0]!.sentence.includes("{"), found[0]!.sentence);
    }
  }
  assert.deepEqual(faultOf("ES", { ...spanish, id_number: "" }), ["Enter the number of your document (DNI), or choose another document above"]);
});

test("a date of birth is told what is wrong with it", () => {
  assert.deepEqual(faultOf("DE", { ...german, date_of_birth: "2001-02-29" }), ["This month has only 28 days: February 2001. Look at day and month again."]);
  assert.deepEqual(faultOf("DE", { ...german, date_of_birth: "1985-27-03" }), ["There is no month 27. Write the day under “Day” and the month under “Month”."]);
  for (const date of ["1985-00-10", "1985-13-14", "1985-04-45", "1985-04-00"]) assert.deepEqual(faultOf("DE", { ...german, date_of_birth: date }), [sentences["error.date_of_birth.unreal"]], date);
  assert.deepEqual(faultOf("DE", { ...german, date_of_birth: "2030-01-01" }), [sentences["error.date_of_birth.future"]]);
  assert.deepEqual(faultOf("DE", { ...german, date_of_birth: "" }, "part"), [sentences["error.date_of_birth.part"]]);
  assert.deepEqual(faultOf("DE", { ...german, date_of_birth: "" }, "year"), [sentences["error.date_of_birth.year"]]);
});

test("who is too young learns from when they may, and whether collection still runs then", () => {
  assert.equal(faults(rules, rules.jurisdictions["DE"]!, { ...german, date_of_birth: "2010-11-22" }, "2026-11-21")[0]?.code, "under-age");
  const [soon] = faultOf("DE", { ...german, date_of_birth: "2010-11-22" });
  assert.match(soon!, /Germany\. You can from 22 November 2026\. Come back then/);
  const [late] = faultOf("DE", { ...german, date_of_birth: "2012-01-01" });
  assert.match(late!, /from 1 January 2028.*13 April 2027/);
  assert.deepEqual(faultOf("DE", { ...german, date_of_birth: "2010-11-21" }), []);
});

test("what cannot be sent is a fault before it is sealed", () => {
  assert.deepEqual(faultOf("DE", { ...german, residence_city: "x".repeat(1025) }), [sentences["error.too-long"]]);
  assert.deepEqual(faultOf("DE", { ...german, residence_city: "a\u2028b" }), [sentences["error.characters"]]);
});

test("a doubt has a sentence, an example where there is one, and a box with its own words", () => {
  const doubtsOf = (jurisdiction: string, values: Values) => findDoubts(answers(jurisdiction, values), setting);
  const [form] = doubtsOf("ES", { ...spanish, id_number: "1" });
  assert.deepEqual([form!.codes, form!.label], [["number-format"], sentences["confirm.label"]]);
  assert.match(form!.sentences[0]!, /00000000T/);
  const [checksum] = doubtsOf("ES", { ...spanish, id_number: "00000000A" });
  assert.deepEqual(checksum!.codes, ["number-checksum"]);
  const [passport] = doubtsOf("ES", { ...spanish, id_type: "passport", id_number: "1" });
  assert.match(passport!.sentences[0]!, /ABC123456/);
  const [postal] = doubtsOf("DE", { ...german, residence_postal_code: "1" });
  assert.match(postal!.sentences[0]!, /10115/);
  assert.equal(postal!.label, sentences["confirm.address"]);
  const [abroad] = doubtsOf("DE", { ...german, residence_country: "FR", residence_postal_code: "1" });
  assert.equal(abroad!.sentences[0], sentences["hint.postal-code-format.plain"]);
  const [name] = doubtsOf("DE", { ...german, family_names: "Ан1a" });
  assert.deepEqual([name!.codes, name!.label], [["name-characters", "name-script"], sentences["confirm.plain"]]);
  const [old] = doubtsOf("DE", { ...german, date_of_birth: "1900-01-01" });
  assert.equal(old!.sentences[0], sentences["hint.birth-date-implausible"]);
  assert.equal(unsettledSentence("id_number", setting), sentences["error.confirm"]);
  assert.equal(unsettledSentence("family_names", setting), sentences["error.confirm.plain"]);
});

test("a number that looks different is told what it may have been meant to be", () => {
  const sentence = (number: string, type = "dni"): string => findDoubts(answers("ES", { ...spanish, id_type: type, id_number: number }), setting)[0]!.sentences[0]!;
  assert.match(sentence("0000000OT"), /figure 0 here.*: 00000000T\?/);
  assert.match(sentence("ABC123456"), /another document: PASSPORT/);
  assert.match(sentence("0000000T"), /You typed 8 characters; this number usually has 9, for example 00000000T/);
  assert.equal(sentence("00000000Т"), sentences["hint.number-alphabet"]);
  assert.match(sentence("0000000-0"), /^You typed 9 characters|^This number usually looks different/);
});

test("a doubt that was confirmed for one document is another doubt for another", () => {
  const about = (type: string): string => findDoubts(answers("ES", { ...spanish, id_type: type, id_number: "1" }), setting)[0]!.about;
  assert.notEqual(about("dni"), about("passport"));
});

test("a name with something else in it is told so, and what may be right has a word that stops nobody", () => {
  const doubt = (name: string): string | undefined => findDoubts(answers("DE", { ...german, family_names: name }), setting)[0]?.sentences[0];
  assert.equal(doubt("anna@example.org"), sentences["hint.name-email"]);
  assert.equal(doubt("Vanthieghem 2"), sentences["hint.name-figures"]);
  assert.equal(doubt("Vanthieghem ☺"), sentences["hint.name-characters"]);
  const notes = (values: Values): [string, string][] => [...findNotes(answers("DE", { ...german, ...values }), setting)];
  assert.deepEqual(notes({}), []);
  assert.deepEqual(notes({ full_first_names: "Dr. Annelore" }), [["full_first_names", sentences["note.title"]]]);
  assert.deepEqual(notes({ full_first_names: "Annelore Vanthieghem" }), [["full_first_names", sentences["note.both"]]]);
  assert.deepEqual(notes({ full_first_names: "Suharto", family_names: "Suharto" }), []);
  assert.deepEqual(notes({ family_names: "x".repeat(201) }), [["family_names", sentences["note.long"]]]);
});

test("an example is the rules' own, or made from a plain format, or none", () => {
  const accepted = rules.jurisdictions["ES"]!.numbers;
  assert.deepEqual(accepted.map(exampleOf), ["00000000T", "ABC123456"]);
  assert.equal(exampleOf({ ...accepted[1]!, format: "1 to 8 digits" }), null);
  assert.equal(exampleOf({ ...accepted[1]!, format: "NNNNNNNN" }), null);
});

test("a number keeps its native name, in the reader's language where the State has it", () => {
  const belgian = { ...rules.jurisdictions["ES"]!.numbers[0]!, label: { de: "Nummer", fr: "Numéro", nl: "Rijksregisternummer" } };
  assert.deepEqual(nativeLabel(belgian, "fr"), { text: "Numéro", language: "fr" });
  assert.deepEqual(nativeLabel(belgian, "en"), { text: "Nummer / Numéro / Rijksregisternummer", language: null });
  assert.deepEqual(nativeLabel(rules.jurisdictions["ES"]!.numbers[0]!, "en"), { text: "DNI", language: "es" });
});

test("places have the page's name before the browser's, in the reader's order", () => {
  assert.equal(placeName(words, "EL"), "Greece");
  const maltese = wordsOf({ "country.GR": "il-Greċja", "country.ES": "Spanja" }, "mt");
  assert.equal(placeName(maltese, "EL"), "il-Greċja");
  assert.equal(placeName(words, "VALLEY-1"), "VALLEY-1");
  assert.deepEqual(sortedPlaces(wordsOf({}, "de"), ["AT", "DE", "EL", "AX"]).map(({ code }) => code), ["AX", "DE", "EL", "AT"]);
});

test("dates and figures are the reader's; a language the browser lacks gets figures alone", () => {
  assert.equal(sayDate(wordsOf({}, "de"), "2027-04-13"), "13. April 2027");
  assert.equal(sayDate(wordsOf({}, "xx"), "2027-04-13"), "13/04/2027");
  assert.equal(sayNumber(wordsOf({}, "de"), 612480), "612.480");
});

test("every key the code says has a sentence, and every sentence is used", () => {
  const sources = ["form", "field", "state-fields", "consent", "summary", "clear-part", "judge", "screens", "present", "thanks", "files", "main", "finder", "last-minute", "stand", "preset", "after"];
  const code = sources.map((name) => readFileSync(`src/civium/browser/${name}.ts`, "utf8")).join("\n");
  const said = new Set([...code.matchAll(/"([a-z]+(?:[.-][a-z_-]+)*)"/g)].map((match) => match[1]!));
  const made = /^(error\.[a-z_]+|error\.date_of_birth\.(part|year|unreal)|error\.(too-long|characters)|hint\..*|note\..*|feedback\..*|notice\..*)$/;
  const unused = Object.keys(sentences).filter((key) => !said.has(key) && !made.test(key));
  assert.deepEqual(unused, []);
  const keys = [...code.matchAll(/\bsay\("([^"]+)"/g)].map((match) => match[1]!).filter((key) => !key.startsWith("official.") && !key.startsWith("organisers."));
  assert.deepEqual(keys.filter((key) => !(key in sentences)), []);
});
