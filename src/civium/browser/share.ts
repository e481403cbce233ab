// Telling others, by links only: nobody learns that somebody signed unless they tell.
import { button, make } from "./dom";
import { copyButton } from "./files";
import type { Words } from "./words";

/** Gives the part of the thanks that asks to tell others; the organisers' text, if they wrote one. */
export function sharePart(words: Words): HTMLElement {
  const address = location.origin + location.pathname;
  const title = document.querySelector("#title")?.textContent ?? document.title;
  const text = words.has("organisers.share_text") ? words.say("organisers.share_text") : title;
  const share = typeof navigator.share === "function" ? make("p", {}, button(words.say("share.button"), "", () => void offer(title, text, address))) : null;
  const mail = `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(`${text}\n${address}`)}`;
  return make(
    "section",
    { class: "flow", "aria-labelledby": "share-h" },
    make("h2", { id: "share-h" }, words.say("share.title")),
    words.has("organisers.thanks_note") ? make("p", {}, words.say("organisers.thanks_note")) : null,
    share,
    copyButton(words.say("share.copy"), "second compact", address, words),
    make("p", {}, make("a", { href: mail }, words.say("share.mail"))),
    make("p", { class: "small quiet" }, words.say("share.note")),
  );
}

async function offer(title: string, text: string, url: string): Promise<void> {
  try {
    await navigator.share({ title, text, url });
  } catch (error) {
    // Closing the system's sheet is an answer, not a failure.
    if (!(error instanceof DOMException)) throw error;
  }
}
