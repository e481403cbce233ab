// The front page's filter: shows the initiatives that hold every word typed. The list is whole without it.
//
// The rules are:
// - what is typed stays in the page: nothing is asked for, nothing is kept;
// - letters are compared without their marks, so that nobody needs the right keyboard;
// - how many are left is said once, after typing has paused.

const PAUSE_MILLISECONDS = 400;
// Letters of the Union's languages that are no plain letter with a mark, and what people type for them.
const PLAIN: Readonly<Record<string, string>> = { ħ: "h", ł: "l", ø: "o", đ: "d", æ: "ae", œ: "oe", ß: "ss", ς: "σ" };

/** Gives a text as it is compared: small letters, no marks, one form of each letter. */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ħłøđæœßς]/gu, (letter) => PLAIN[letter] ?? letter);
}

/** Says whether a text holds every word of what was typed. */
export function holds(text: string, typed: string): boolean {
  const within = plain(text);
  return plain(typed)
    .split(/\s+/u)
    .every((word) => within.includes(word));
}

function begin(filter: HTMLElement, input: HTMLInputElement, found: HTMLElement): void {
  const cards = Array.from(document.querySelectorAll<HTMLElement>(".hosted > li"));
  const shelves = Array.from(document.querySelectorAll<HTMLElement>(".hosted"), (list) => list.parentElement ?? list);
  let pause = 0;
  input.addEventListener("input", () => {
    for (const card of cards) card.hidden = !holds(card.textContent ?? "", input.value);
    for (const shelf of shelves) shelf.hidden = !shelf.querySelector(".hosted > li:not([hidden])");
    const left = cards.filter((card) => !card.hidden).length;
    const said = left > 0 ? (found.dataset["some"] ?? "").replace("{n}", String(left)) : (found.dataset["none"] ?? "");
    clearTimeout(pause);
    pause = window.setTimeout(() => void (found.textContent = input.value.trim() === "" ? "" : said), PAUSE_MILLISECONDS);
  });
  filter.hidden = false;
}

if (typeof document !== "undefined") {
  const [filter, input, found] = ["filter", "find", "found"].map((id) => document.getElementById(id));
  if (filter && input instanceof HTMLInputElement && found) begin(filter, input, found);
}
