// Keeping things: a file made here, a text copied. Nothing is stored by the page itself.
//
// The rules are:
// - browsers inside other apps take no files and have no clipboard, and do not say so: there the text itself is shown, marked, to be copied by hand;
// - where a file was offered, the text is one button away: nobody can tell a page whether the file arrived.
import { type Bytes, base64 } from "./bytes";
import { button, make } from "./dom";
import type { Words } from "./words";

// What the apps write into the browser's name: Facebook and Messenger, Instagram, TikTok, Telegram, WeChat, LINE, Snapchat, LinkedIn, X, Pinterest; WebViews of Android.
const APPS = /FBAN|FBAV|FB_IAB|Instagram|TikTok|musical_ly|Bytedance|Telegram|MicroMessenger|\bLine\/|Snapchat|LinkedInApp|Twitter|Pinterest|; wv\)/i;

/** Says whether the page stands in a browser that takes no files. */
export function takesNoFiles(agent: string): boolean {
  return APPS.test(agent) || !("download" in HTMLAnchorElement.prototype) || typeof URL.createObjectURL !== "function";
}

/** Offers the content as a file: the browser asks where to, or puts it among the downloads. Gives the content as text, for who gets no file. */
export function saveFile(name: string, type: string, content: string | Bytes): string {
  if (!takesNoFiles(navigator.userAgent)) {
    const address = URL.createObjectURL(new Blob([content], { type }));
    make("a", { href: address, download: name }).click();
    // The download has begun by then; the copy in memory must not outlive the page's use of it.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
  return typeof content === "string" ? content : base64(content);
}

/** Gives a button that saves a file and says so, or shows the text instead. */
export function saveButton(label: string, kind: string, words: Words, save: () => string): HTMLElement {
  const told = make("span", { role: "status", class: "small" });
  const place = make("div", { class: "flow" });
  const keep = button(label, kind, () => {
    const text = save();
    const noFile = takesNoFiles(navigator.userAgent);
    told.textContent = words.say(noFile ? "file.text" : "saved");
    if (noFile) return showText(place, words, text);
    place.replaceChildren(button(words.say("file.show"), "plain compact", () => showText(place, words, text)));
  });
  return make("div", {}, make("div", { class: "actions" }, keep, told), place);
}

/** Gives a button that copies a text and says so; where copying is not allowed it shows the text, marked, and says what to do. */
export function copyButton(label: string, kind: string, text: string, words: Words): HTMLElement {
  const told = make("span", { role: "status", class: "small" });
  const place = make("div", { class: "flow" });
  const copied = (): void => void (told.textContent = words.say("copied"));
  const failed = (): void => {
    told.textContent = words.say("copy.failed");
    showText(place, words, text);
  };
  const copy = button(label, kind, () => {
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(copied, failed);
    else failed();
  });
  return make("div", {}, make("div", { class: "actions" }, copy, told), place);
}

function showText(place: HTMLElement, words: Words, text: string): void {
  const area = make("textarea", { class: "input code", rows: "5", readonly: true, translate: "no", "aria-label": words.say("file.label") }, text);
  place.replaceChildren(area);
  area.focus();
  area.select();
}
