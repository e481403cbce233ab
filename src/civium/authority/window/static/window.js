// Renews the figures of a running act, politely, and prints. Pages do without it.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const parts = new Map([...document.querySelectorAll("[data-progress]")].map((part) => [part.dataset.progress, part]));
const EVERY = 1500;
const SAY_EVERY = 10000;
let said = Date.now();

async function renew() {
  try {
    const reply = await fetch("progress?again", { headers: { accept: "application/json" } });
    const told = await reply.json();
    if (told.state !== "running") {
      location.replace("./");
      return;
    }
    for (const [name, part] of parts) {
      if (name === "share") part.value = Number(told.share);
      else if (name !== "status") part.textContent = told[name];
    }
    if (Date.now() - said >= SAY_EVERY) {
      said = Date.now();
      parts.get("status").textContent = told.status;
    }
  } catch {
    // The window has ended, or is busy; the page says so when it is asked.
  }
  setTimeout(renew, EVERY);
}

if (parts.size) setTimeout(renew, 400);
