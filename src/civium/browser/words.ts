// The sentences of the form in the page's language, as the server gave them; words.en.json lists them all.
export type Places = Readonly<Record<string, string>>;

/** Says a sentence by its key, with its `{places}` filled; `has` tells whether the page has one. */
export interface Words {
  readonly language: string;
  say(key: string, places?: Places): string;
  has(key: string): boolean;
}

/** Gives the words of a page. A key the page lacks is shown as it is: a gap must be seen, and hides nothing. */
export function wordsOf(sentences: Readonly<Record<string, string>>, language: string): Words {
  return {
    language,
    say: (key, places = {}) => (sentences[key] ?? key).replace(/\{([a-z]+)\}/g, (whole, place: string) => places[place] ?? whole),
    has: (key) => sentences[key] !== undefined && sentences[key] !== "",
  };
}

/** Gives a civil date (yyyy-mm-dd) as people of the language write it. */
export function sayDate(words: Words, day: string): string {
  const [year, month, date] = day.split("-") as [string, string, string];
  // Browsers without the language would answer in their own: figures are read everywhere.
  if (Intl.DateTimeFormat.supportedLocalesOf(words.language).length === 0) return `${date}/${month}/${year}`;
  const format = new Intl.DateTimeFormat(localeOf(words.language), { dateStyle: "long", timeZone: "UTC" });
  return format.format(Date.UTC(Number(year), Number(month) - 1, Number(date)));
}

/** Gives a number as people of the language write it. */
export function sayNumber(words: Words, value: number): string {
  return new Intl.NumberFormat(localeOf(words.language)).format(value);
}

/** Gives a month (yyyy-mm) as people of the language write it. */
export function sayMonth(words: Words, month: string): string {
  const [year, number] = month.split("-") as [string, string];
  if (Intl.DateTimeFormat.supportedLocalesOf(words.language).length === 0) return `${Number(number)}/${year}`;
  const format = new Intl.DateTimeFormat(localeOf(words.language), { month: "long", year: "numeric", timeZone: "UTC" });
  return format.format(Date.UTC(Number(year), Number(number) - 1, 1));
}

/** Gives the locale of an official language: English as in Ireland, Portuguese as in Portugal, as in the Official Journal. */
export function localeOf(language: string): string {
  return { en: "en-IE", pt: "pt-PT" }[language] ?? language;
}

/** Gives days since 1970-01-01 as a civil date, yyyy-mm-dd. */
export function dayOf(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** Gives a civil date as days since 1970-01-01. */
export function daysOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}
