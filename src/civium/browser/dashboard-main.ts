// The dashboard while somebody looks at it: once a minute it asks for its figures and charts anew, and puts them in place.
//
// The rules are:
// - it asks only while the page is seen and online, later and later while asking fails; without it the page is whole;
// - what it asks says that the page asks by itself: nobody stays logged on by leaving it open;
// - whoever reads with the keyboard, or has marked something, is not disturbed; what was unfolded stays so.
import { isOver, isPart, pause } from "./dashboard";

const LONGEST_WAIT_MILLISECONDS = 15_000;

function begin(place: HTMLElement): void {
  let failures = 0;
  let askedAt = Date.now();
  let hasEnded = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isAwake = (): boolean => document.visibilityState === "visible" && navigator.onLine && !hasEnded;
  const plan = (): void => {
    clearTimeout(timer);
    if (isAwake()) timer = setTimeout(() => void ask(), Math.max(0, askedAt + pause(failures) * 1000 - Date.now()));
  };
  const ask = async (): Promise<void> => {
    askedAt = Date.now();
    if (!isRead(place)) {
      const { status, part } = await fetchPart();
      hasEnded = isOver(status);
      failures = part === null ? failures + 1 : 0;
      if (part !== null && !isRead(place)) show(place, part);
    }
    plan();
  };
  document.addEventListener("visibilitychange", plan);
  addEventListener("online", plan);
  addEventListener("offline", plan);
  plan();
}

/** Says whether somebody is at something in there: what they read or mark would vanish under them. */
function isRead(place: HTMLElement): boolean {
  const marked = getSelection();
  return place.contains(document.activeElement) || (marked !== null && !marked.isCollapsed && place.contains(marked.anchorNode));
}

/** Asks for the part. By XMLHttpRequest: it reads a page as a document, which this site's policy (trusted types) lets nothing else do from text. */
function fetchPart(): Promise<{ status: number; part: Document | null }> {
  const address = location.href.replace(/#.*/, "");
  return new Promise((resolve) => {
    const question = new XMLHttpRequest();
    question.open("GET", address);
    question.responseType = "document";
    question.timeout = LONGEST_WAIT_MILLISECONDS;
    question.setRequestHeader("X-Civium-By-Itself", "dashboard");
    question.onloadend = () => {
      const isOurs = question.responseURL === address && isPart(question.status, question.getResponseHeader("content-type"));
      // Offline, cut off, or led elsewhere: what is on the page stays.
      resolve({ status: question.status, part: isOurs ? question.responseXML : null });
    };
    question.send();
  });
}

/** Puts the new part in place; what was unfolded stays unfolded, and a table that was scrolled where it was. */
function show(place: HTMLElement, part: Document): void {
  for (const open of place.querySelectorAll<HTMLElement>("details[open][data-key]")) {
    part.querySelector(`details[data-key="${open.dataset["key"] ?? ""}"]`)?.setAttribute("open", "");
  }
  const scrolled = [...place.querySelectorAll(".scroll")].map((table) => table.scrollLeft);
  place.replaceChildren(...part.body.childNodes);
  place.querySelectorAll(".scroll").forEach((table, number) => (table.scrollLeft = scrolled[number] ?? 0));
}

const place = document.querySelector<HTMLElement>("#now");
if (place) begin(place);
