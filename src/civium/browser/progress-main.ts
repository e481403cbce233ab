// The page of progress while somebody looks at it: once a minute it asks for the counts that the page names, and changes figures in place.
//
// The rules are:
// - it asks only while the page is seen and online, later and later while asking fails; without it the page is whole;
// - what it writes is written as the server wrote it; shapes, words and order stay as they are;
// - a screen reader hears one sentence in five minutes at most, and only when the total has moved.
import { button, make } from "./dom";
import { copyButton } from "./files";
import { type Counts, type Writing, inPercent, pause, readCounts, written } from "./progress";
import { type Words, wordsOf } from "./words";

const QUIET_MILLISECONDS = 300_000;
const LONGEST_WAIT_MILLISECONDS = 15_000;
const TILE = 43; // the inside of a tile, as the server draws it (charts/tiles.py)
const QUARTERS = 4;

function begin(page: HTMLElement): void {
  const writing = { grouping: page.dataset["grouping"] ?? "", percent: page.dataset["percent"] ?? "0" };
  const words = wordsOf(JSON.parse(document.querySelector("#words")?.textContent ?? "{}") as Record<string, string>, document.documentElement.lang);
  offerSharing(words);
  keepFresh(page, page.dataset["counts"] ?? "", writing, words);
}

/** Asks again and again, while the page is seen and the browser online. */
function keepFresh(page: HTMLElement, address: string, writing: Writing, words: Words): void {
  let failures = 0;
  let askedAt = Date.now();
  let toldAt = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isAwake = (): boolean => document.visibilityState === "visible" && navigator.onLine;
  const plan = (): void => {
    clearTimeout(timer);
    if (isAwake()) timer = setTimeout(() => void ask(), Math.max(0, askedAt + pause(failures) * 1000 - Date.now()));
  };
  const ask = async (): Promise<void> => {
    askedAt = Date.now();
    const counts = await fetchCounts(address);
    failures = counts ? 0 : failures + 1;
    if (counts && show(page, counts, writing, words) && Date.now() - toldAt >= QUIET_MILLISECONDS) {
      toldAt = Date.now();
      tell(page);
    }
    plan();
  };
  document.addEventListener("visibilitychange", plan);
  addEventListener("online", plan);
  addEventListener("offline", plan);
  plan();
}

async function fetchCounts(address: string): Promise<Counts | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST_WAIT_MILLISECONDS);
  try {
    const reply = await fetch(address, { signal: stop.signal, credentials: "omit" });
    return reply.ok ? readCounts(await reply.json()) : null;
  } catch {
    // Offline, refused, cut off, or no JSON: the figures on the page stay.
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Writes the counts into the page and says whether the total has moved. */
function show(page: HTMLElement, counts: Counts, writing: Writing, words: Words): boolean {
  const total = written(counts.received, writing);
  const shown = page.querySelector('.goal [data-live="received"]');
  const hasMoved = shown?.textContent !== total;
  write(page, '.goal [data-live="received"]', total);
  write(page, '.goal [data-live="percent"]', inPercent(counts.received / counts.goal, writing));
  const bar = page.querySelector("progress");
  if (bar) bar.value = Math.min(counts.received, bar.max);
  const foot = page.querySelector<HTMLElement>("tfoot tr");
  if (foot) showRow(foot, counts.received, writing);
  const rows = [...page.querySelectorAll<HTMLElement>("tbody tr[data-place]")];
  for (const row of rows) showPlace(page, row, counts.jurisdictions[row.dataset["place"] ?? ""] ?? 0, writing);
  showOver(page, rows.filter((row) => row.classList.contains("is-over")), writing, words);
  return hasMoved;
}

function showRow(row: HTMLElement, received: number, writing: Writing): number {
  const share = received / Number(row.dataset["threshold"]);
  write(row, '[data-live="received"]', written(received, writing));
  write(row, '[data-live="share"]', inPercent(share, writing));
  return share;
}

/** Writes one place's figures into its row, its tile and its shape. */
function showPlace(page: HTMLElement, row: HTMLElement, received: number, writing: Writing): void {
  const share = showRow(row, received, writing);
  const isOver = share >= 1;
  const level = Math.min(share, 1);
  row.classList.toggle("is-over", isOver);
  const fill = row.querySelector(".fill");
  fill?.classList.toggle("over", isOver);
  fill?.setAttribute("width", `${100 * level}%`);
  const line = `${row.querySelector("th")?.textContent ?? ""}: ${written(received, writing)} / ${written(Number(row.dataset["threshold"]), writing)} (${inPercent(share, writing)})`;
  const place = row.dataset["place"] ?? "";
  const tile = page.querySelector(`.tiles g[data-place="${place}"]`);
  if (tile) {
    tile.classList.toggle("in", isOver);
    tile.querySelector(".level")?.setAttribute("height", String(level * TILE));
    tile.querySelector(".level")?.setAttribute("y", String(TILE + 0.5 - level * TILE));
    write(tile, ".pc", inPercent(share, writing));
    write(tile, "title", line);
  }
  const shape = page.querySelector(`.land path[data-place="${place}"]`);
  if (shape) {
    const step = Math.min(Math.trunc(share * QUARTERS), QUARTERS);
    shape.setAttribute("class", `q${step}${shape.classList.contains("disc") ? " disc" : ""}`);
    if (isOver) shape.setAttribute("fill", "url(#over-threshold)");
    else shape.removeAttribute("fill");
    write(shape, "title", line);
  }
}

/** Writes how many places are over their threshold, and which, for whoever hears the maps. */
function showOver(page: HTMLElement, over: readonly HTMLElement[], writing: Writing, words: Words): void {
  write(page, '[data-live="over"]', written(over.length, writing));
  page.querySelectorAll(".pips rect").forEach((pip, place) => pip.classList.toggle("on", place < over.length));
  const names = over.map((row) => row.querySelector("th")?.textContent ?? "").join(", ");
  const story = names ? words.say("progress.over", { names }) : words.say("progress.none");
  page.querySelectorAll('svg[role="img"].tiles, svg[role="img"].land').forEach((map) => map.setAttribute("aria-label", `${words.say("progress.share")} ${story}`));
}

/** Lets the sentence of the total be heard. */
function tell(page: HTMLElement): void {
  const sentence = page.querySelector(".goal-total")?.textContent ?? "";
  write(page, "#told", sentence.replace(/\s+/g, " ").trim());
}

function write(within: Element, selector: string, text: string): void {
  const element = within.querySelector(selector);
  // Left alone where it says the same: whoever selects or hears it is not disturbed.
  if (element && element.textContent !== text) element.textContent = text;
}

/** Adds the system's sheet and copying to the link that every reader has. */
function offerSharing(words: Words): void {
  const place = document.querySelector("#share");
  if (!place) return;
  const [title, url] = [document.title, location.origin + location.pathname];
  const share = typeof navigator.share === "function" ? make("p", {}, button(words.say("share.button"), "second compact", () => void offer(title, url))) : null;
  place.prepend(...[share, copyButton(words.say("share.copy"), "second compact", url, words)].filter((part) => part !== null));
}

async function offer(title: string, url: string): Promise<void> {
  try {
    await navigator.share({ title, url });
  } catch (error) {
    // Closing the system's sheet is an answer, not a failure.
    if (!(error instanceof DOMException)) throw error;
  }
}

const page = document.querySelector<HTMLElement>("#progress");
if (page) begin(page);
