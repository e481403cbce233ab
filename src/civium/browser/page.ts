// What the server wrote into the page for the script: one element and one block of words (docs/spec/http.md).
import { type Words, wordsOf } from "./words";

export interface Page {
  readonly place: HTMLElement;
  readonly collection: string;
  readonly manifest: string;
  readonly jurisdictions: readonly string[];
  readonly language: string;
  readonly rulesUrl: string;
  readonly keysUrl: string;
  readonly manifestUrl: string;
  readonly statementsUrl: string;
  readonly challengeUrl: string;
  readonly tokensUrl: string;
  readonly countsUrl: string;
  readonly sourcesUrl: string;
  readonly closesOn: string;
  readonly formLanguages: readonly string[];
  /** Tests force the chunk that other browsers need. */
  readonly sealing: "fallback" | "any";
  readonly words: Words;
  /** The ways left without this form (paper, another device), as the server wrote them for a page without script. */
  readonly waysLeft: HTMLElement | null;
}

/** Gives what the page says, or null where it has no form. */
export function readPage(from: Document): Page | null {
  const place = from.getElementById("form");
  const block = from.getElementById("words");
  if (!place || !block) return null;
  const value = (name: string): string => place.getAttribute(`data-${name}`) ?? "";
  const language = value("language") || from.documentElement.lang;
  return {
    place,
    collection: value("collection"),
    manifest: value("manifest"),
    jurisdictions: list(value("jurisdictions")),
    language,
    rulesUrl: value("rules"),
    keysUrl: value("keys"),
    manifestUrl: value("manifest-url"),
    statementsUrl: value("statements"),
    challengeUrl: value("challenge"),
    tokensUrl: value("tokens"),
    countsUrl: value("counts"),
    sourcesUrl: value("sources"),
    closesOn: value("closes-on"),
    formLanguages: list(value("form-languages")),
    sealing: value("sealing") === "fallback" ? "fallback" : "any",
    words: wordsOf(JSON.parse(block.textContent ?? "{}") as Record<string, string>, language),
    waysLeft: place.querySelector<HTMLElement>(".flow"),
  };
}

function list(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
