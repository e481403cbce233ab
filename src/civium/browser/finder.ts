// Finding one's State by typing a part of its name: what fits stands below as buttons, and the list beside it is set by them.
//
// The rules are:
// - nothing is chosen by typing alone: a button is pressed, or Enter where one State is left;
// - a State is found by its name in the reader's language, in its own, and in English, with or without accents;
// - buttons, not a list of options drawn by ourselves: every browser, screen reader and app shows them (docs/decisions/0011-state-by-list-or-typing.md).
import { button, make } from "./dom";
import { isoOf, placeName, sortedPlaces } from "./places";
import type { Words } from "./words";

interface Findable {
  readonly code: string;
  readonly name: string;
  readonly keys: readonly string[];
}

// More than these are no help: one more letter is.
const MOST_SHOWN = 6;

/** Gives the States whose name, in one of its forms, has a word that begins with what was typed. */
export function fitting(places: readonly Findable[], typed: string): Findable[] {
  const wanted = plain(typed);
  return wanted === "" ? [] : places.filter(({ keys }) => keys.some((key) => key.includes(` ${wanted}`)));
}

/** Gives the States with all the names they are found by, in the reader's order. */
export function findable(words: Words, codes: readonly string[]): Findable[] {
  return sortedPlaces(words, codes).map(({ code, name }) => {
    const own = ownLanguage(isoOf(code));
    const names = [name, code, ...[own, "en"].flatMap((language) => nameIn(language, isoOf(code)) ?? [])];
    return { code, name: placeName(words, code), keys: names.map((each) => ` ${plain(each)}`) };
  });
}

/** Makes a field find: `list` is the choice it sets. */
export function makeFinder(input: HTMLInputElement, list: HTMLSelectElement, words: Words, codes: readonly string[]): void {
  const places = findable(words, codes);
  const found = make("div", { class: "actions" });
  const told = make("p", { class: "hint", role: "status" });
  const choose = ({ code }: Findable): void => {
    input.value = "";
    show();
    list.value = code;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    list.focus();
  };
  const show = (): void => {
    const fit = fitting(places, input.value);
    found.replaceChildren(...fit.slice(0, MOST_SHOWN).map((place) => button(place.name, "second compact", () => choose(place))));
    told.textContent = input.value.trim() === "" ? "" : words.say(fit.length === 0 ? "nationality.found.none" : "nationality.found", { n: String(fit.length) });
  };
  input.after(told, found);
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [only, ...others] = fitting(places, input.value);
    if (only && others.length === 0) choose(only);
  });
  show();
}

/** Gives the language most spoken in a country, as browsers know it. */
function ownLanguage(iso: string): string {
  try {
    return new Intl.Locale("und", { region: iso }).maximize().language ?? "en";
  } catch {
    return "en";
  }
}

function nameIn(language: string, iso: string): string | null {
  try {
    return new Intl.DisplayNames([language], { type: "region" }).of(iso) ?? null;
  } catch {
    return null;
  }
}

/** Gives a name as it is compared: no case, no accents, nothing but letters between single spaces. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, " ")
    .trim();
}
