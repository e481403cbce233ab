// What the server wrote into a page with a small script of its own: the place, the words, and one more block of values.
import { type Words, wordsOf } from "./words";

export interface OwnPage<Value> {
  readonly place: HTMLElement;
  readonly words: Words;
  readonly value: Value;
}

/** Gives the place and the blocks, or null where the page has none. */
export function readBlocks<Value>(from: Document, placeId: string, valueId: string): OwnPage<Value> | null {
  const place = from.getElementById(placeId);
  const words = from.getElementById("words");
  const value = from.getElementById(valueId);
  if (!place || !words || !value) return null;
  const sentences = JSON.parse(words.textContent ?? "{}") as Record<string, string>;
  return { place, words: wordsOf(sentences, from.documentElement.lang), value: JSON.parse(value.textContent ?? "null") as Value };
}
