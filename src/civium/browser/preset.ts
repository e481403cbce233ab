// What a campaign's link says after `#`: a State to offer, a partner's code to tell of. Loaded only where there is something after `#`.
//
// The rules are:
// - the address bar was emptied before this file was asked for; nothing of it is stored;
// - a State is said and offered, never chosen for anybody; a field of a person is never filled in;
// - whatever is not known is passed over;
// - the partner's code is told after the thanks, apart from the statement and later by chance: nothing in it names either.
import { type Bytes, parseHex, utf8 } from "./bytes";
import { button, icon, make } from "./dom";
import type { Page } from "./page";
import { placeName } from "./places";

const CODE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_CODE = 32;
const [LEAST_SECONDS, MOST_SECONDS] = [5, 35];

/** What a link may set. */
export interface Preset {
  readonly state: string | null;
  readonly source: string | null;
}

/** Gives what is known of what stands after `#`, leading sign included. */
export function read(fragment: string, jurisdictions: readonly string[]): Preset {
  const said = new URLSearchParams(fragment.slice(1));
  const state = said.get("state");
  const source = said.get("source");
  return {
    state: state !== null && jurisdictions.includes(state) ? state : null,
    source: source !== null && source.length <= LONGEST_CODE && CODE.test(source) ? source : null,
  };
}

/** Offers the State; gives what is to be done after the thanks. */
export function follow(fragment: string, page: Page): () => void {
  const { state, source } = read(fragment, page.jurisdictions);
  if (state !== null) offer(state, page);
  return () => {
    if (source !== null && page.sourcesUrl) setTimeout(() => void tell(page.sourcesUrl, told(page.collection, source)), delay(crypto.getRandomValues(new Uint32Array(1))[0]!));
  };
}

/** Gives the bytes that tell of a source: the collection, then the code. */
export function told(collection: string, code: string): Bytes {
  return new Uint8Array([...parseHex(collection, "source-malformed"), ...utf8(code)]);
}

/** Gives a delay in milliseconds from 32 random bits. */
export function delay(random: number): number {
  return (LEAST_SECONDS + ((MOST_SECONDS - LEAST_SECONDS) * random) / 2 ** 32) * 1000;
}

function offer(state: string, { place, words }: Page): void {
  const choice = place.querySelector<HTMLSelectElement>("select");
  const field = choice?.closest(".field");
  if (!choice || !field || choice.value !== "") return;
  const name = placeName(words, state);
  const notice = make("div", { class: "notice", id: "preset" });
  const choose = button(words.say("preset.choose", { state: name }), "second compact", () => {
    choice.value = state;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    notice.remove();
    choice.focus();
  });
  notice.append(icon("alert"), make("div", { class: "flow" }, make("p", {}, words.say("preset.text", { state: name })), make("p", {}, choose)));
  // Whoever chooses in the list has answered.
  choice.addEventListener("change", () => notice.remove(), { once: true });
  field.before(notice);
}

async function tell(url: string, body: Bytes): Promise<void> {
  try {
    await fetch(url, { method: "POST", body, headers: { "content-type": "application/octet-stream" }, credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
  } catch {
    // Not counted, then: it is a partner's figure, not a statement.
  }
}
