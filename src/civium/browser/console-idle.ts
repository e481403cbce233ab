// The warning before one is logged off for being away: said two minutes before, answered by a button, or by going on to work.
//
// The rules are:
// - whoever types or clicks is there: the server is told so every two minutes at most, and all tabs of the console hear of it;
// - nothing typed leaves a page by itself, and none is left: what is on the page stays there after the log-off, to be sent again.
const MINUTE = 60_000;
const WARNING = 2 * MINUTE;
const BETWEEN = 2 * MINUTE;
const LOOK = 5_000;

export function watchIdleness(): void {
  const { idle, stay } = document.body.dataset;
  const place = document.querySelector<HTMLElement>("#idle");
  if (idle === undefined || stay === undefined || place === null) return;
  const lasts = Number(idle) * 1000;
  const [soon, over] = [place.querySelector<HTMLElement>("[data-soon]"), place.querySelector<HTMLElement>("[data-over]")];
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("civium-console") : undefined;
  let seenAt = Date.now();
  let isOver = false;
  let isActive = false;
  if (channel !== undefined) channel.onmessage = () => { seenAt = Date.now(); show(); };

  const show = (): void => {
    const left = seenAt + lasts - Date.now();
    isOver ||= left <= 0;
    place.hidden = !isOver && left > WARNING;
    if (soon !== null) soon.hidden = isOver;
    if (over !== null) over.hidden = !isOver;
  };
  const tell = async (): Promise<void> => {
    const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    isActive = false;
    const askedAt = Date.now();
    try {
      const body = new URLSearchParams({ csrfmiddlewaretoken: token });
      const answer = await fetch(stay, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.status !== 204) throw new Error("logged off");
      seenAt = askedAt;
      channel?.postMessage("here");
    } catch {
      // Offline, or logged off already: the clock on this page goes on, and the next page tells.
    }
    show();
  };
  for (const sign of ["keydown", "pointerdown", "input"]) document.addEventListener(sign, () => { isActive = true; }, { passive: true });
  place.querySelector("button")?.addEventListener("click", (event) => {
    event.preventDefault();
    void tell();
  });
  setInterval(() => {
    if (isActive && !isOver && Date.now() - seenAt >= BETWEEN) void tell();
    else show();
  }, LOOK);
}
