// Keeping things: a file made here, a text copied. Nothing is stored by the page itself.
import type { Bytes } from "./bytes";
import { button, make } from "./dom";
import type { Words } from "./words";

/** Offers the content as a file: the browser asks where to, or puts it among the downloads. */
export function saveFile(name: string, type: string, ...content: readonly (string | Bytes)[]): void {
  const address = URL.createObjectURL(new Blob([...content], { type }));
  make("a", { href: address, download: name }).click();
  // The download has begun by then; the copy in memory must not outlive the page's use of it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Gives a button that saves a file and says so. */
export function saveButton(label: string, kind: string, words: Words, save: () => void): HTMLElement {
  const told = make("span", { role: "status", class: "small" });
  const keep = button(label, kind, () => {
    save();
    told.textContent = words.say("saved");
  });
  return make("div", { class: "actions" }, keep, told);
}

/** Gives a button that copies a text and says so; where copying is not allowed it says what to do instead. */
export function copyButton(label: string, kind: string, text: string, words: Words): HTMLElement {
  const told = make("span", { role: "status", class: "small" });
  const copy = button(label, kind, () => {
    const say = (key: string) => (): void => void (told.textContent = words.say(key));
    // Browsers inside other apps have no clipboard for pages.
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(say("copied"), say("copy.failed"));
    else say("copy.failed")();
  });
  return make("div", { class: "actions" }, copy, told);
}
