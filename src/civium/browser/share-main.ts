// Telling others, where a script helps: the system's own sheet, copying, and the places that need to be asked something first.
//
// The rules are:
// - nothing of any other place is loaded; a link is followed only when somebody presses it;
// - what is shared is what the page shows: the address of the initiative and the organisers' words, never that somebody signed;
// - one listener for the whole document: the part may move to the thanks, or come anew in another language.
import { make } from "./dom";

const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** Gives the name of a server from what somebody typed: a name, an address, or a handle; null where it is none. */
export function serverName(typed: string): string | null {
  const name = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/^.*@/, "");
  return HOST.test(name) ? name : null;
}

/** Gives the address on a Mastodon server where a text can be posted. */
export function mastodonAddress(server: string, text: string): string {
  const address = new URL(`/share?text=${encodeURIComponent(text)}`, location.origin);
  address.protocol = "https:";
  address.port = "";
  address.hostname = server;
  return address.href;
}

function act(part: HTMLElement, button: HTMLElement): void {
  const { url = "", title = "", text = "" } = part.dataset;
  const kind = button.dataset["share"];
  if (kind === "sheet") void offer({ title, text, url });
  else if (kind === "copy") copy(part, url, "copied");
  // Signal has no address to share to.
  else if (kind === "signal") copy(part, `${text}\n${url}`, "paste");
  else if (kind === "mastodon") askServer(part, button, `${text}\n${url}`);
}

async function offer(what: ShareData): Promise<void> {
  try {
    await navigator.share(what);
  } catch (error) {
    // Closing the system's sheet is an answer, not a failure.
    if (!(error instanceof DOMException)) throw error;
  }
}

function copy(part: HTMLElement, text: string, done: "copied" | "paste"): void {
  const say = (key: string) => (): void => tell(part, part.dataset[key] ?? "");
  // Browsers inside other apps have no clipboard for pages.
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(say(done), say("failed"));
  else say("failed")();
}

function tell(part: HTMLElement, sentence: string): void {
  const told = part.querySelector("[data-told]");
  if (told) told.textContent = sentence;
}

/** Asks for the server below the list, once; it is kept nowhere. */
function askServer(part: HTMLElement, button: HTMLElement, text: string): void {
  const earlier = part.querySelector<HTMLElement>("#mastodon");
  if (earlier) {
    earlier.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const { server = "", serverHint = "", serverWrong = "", go = "" } = part.dataset;
  const input = make("input", { class: "input", id: "mastodon-server", type: "text", inputmode: "url", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "mastodon-hint" });
  const next = make("button", { type: "button", class: "button second compact" }, go);
  const follow = (): void => {
    const name = serverName(input.value);
    input.setAttribute("aria-invalid", String(name === null));
    tell(part, name === null ? serverWrong : "");
    if (name === null) input.focus();
    else open(mastodonAddress(name, text), "_blank", "noopener,noreferrer");
  };
  next.addEventListener("click", follow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") follow();
  });
  const hint = make("p", { class: "hint", id: "mastodon-hint" }, serverHint);
  part.querySelector("ul")?.after(make("div", { id: "mastodon", class: "field" }, make("label", { for: "mastodon-server" }, server), hint, input, next));
  button.setAttribute("aria-expanded", "true");
  input.focus();
}

if (typeof document !== "undefined") {
  document.documentElement.classList.add("scripted");
  if (typeof navigator.share === "function") document.documentElement.classList.add("sheeted");
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("#share [data-share]") : null;
    const part = button?.closest<HTMLElement>("#share");
    if (button && part) act(part, button);
  });
}
