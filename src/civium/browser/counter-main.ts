// The counter in another site's frame: asks for the total now and then, while somebody can see it.
//
// The rules are:
// - it asks its own site for one public figure, without cookie or referrer; nothing of the page around it is read or told;
// - a figure that does not come leaves the one before.

const SECONDS = 60;

/** Gives the total in a reply, or null where it holds none. */
export function totalOf(reply: unknown): number | null {
  const received = typeof reply === "object" && reply !== null ? (reply as Record<string, unknown>)["received"] : null;
  return typeof received === "number" && Number.isSafeInteger(received) && received >= 0 ? received : null;
}

/** Writes the total into the place, as its language writes figures. */
export function show(place: HTMLElement, total: number): void {
  const figure = place.querySelector("#received");
  const bar = place.querySelector("progress");
  if (figure) figure.textContent = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: true }).format(total);
  if (bar) bar.value = Math.min(total, bar.max);
}

async function renew(place: HTMLElement): Promise<void> {
  const address = place.dataset["counts"];
  if (!address || document.hidden) return;
  try {
    const reply = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
    const total = reply.ok ? totalOf(await reply.json()) : null;
    if (total !== null) show(place, total);
  } catch {
    // The network is away for a moment; the next minute asks again.
  }
}

const place = typeof document === "undefined" ? null : document.getElementById("counter");
if (place) {
  setInterval(() => void renew(place), SECONDS * 1000);
  document.addEventListener("visibilitychange", () => void renew(place));
}
