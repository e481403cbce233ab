// Sending: the same bytes again and again until there is an answer (docs/spec/http.md).
//
// The rules are:
// - a statement is sealed once; a retry sends the same bytes, so that it counts once even if it arrives twice;
// - no answer, a broken answer, 5xx, 408, 425 and 429 are no answer: the wait grows, `Retry-After` is kept, being online again ends it;
// - a 4xx with a code is the server's word that nothing was stored;
// - after a while without an answer the outcome is unknown, is told so, and trying goes on.
import { type Bytes, parseUtf8 } from "./bytes";

export type Progress = "sending" | "slow" | "offline" | "busy" | "again" | "unknown";
export type Outcome = { readonly kind: "receipt"; readonly text: string } | { readonly kind: "refused"; readonly code: string };

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly retryAfter: string | null;
  readonly text: string;
  /** The body of an answer that is not text. */
  readonly raw?: Bytes;
}

/** The world a sender needs; the browser's in browserWire, a made-up one in tests. */
export interface Wire {
  /** Sends the bytes once; throws if there was no whole answer. Tells if it takes long. */
  post(body: Bytes, slow?: () => void): Promise<Answer>;
  /** Waits, or until the connection came back or somebody asked for it. */
  pause(milliseconds: number): Promise<void>;
  isOnline(): boolean;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
// The server keeps a request for at most 30 s while its database fails over; more than that is no answer.
const TIMEOUT_MS = 45_000;
const SLOW_MS = 8_000;
const TRIES_UNTIL_UNKNOWN = 4;

/** Gives the outcome, however long it takes; `tell` hears what is going on each time it changes. */
export async function send(posting: Bytes, wire: Wire, tell: (progress: Progress) => void): Promise<Outcome> {
  return insist((slow) => wire.post(posting, slow), outcomeOf, wire, tell);
}

/** Asks until there is an answer that is understood; null is no answer. */
export async function insist<T>(ask: (slow: () => void) => Promise<Answer>, understand: (answer: Answer) => T | null, wire: Pick<Wire, "pause" | "isOnline">, tell: (progress: Progress) => void): Promise<T> {
  tell("sending");
  for (let tries = 1; ; tries += 1) {
    const answer = await tryOnce(() => ask(() => tries === 1 && tell(wire.isOnline() ? "slow" : "offline")));
    const outcome = answer && understand(answer);
    if (outcome !== null) return outcome;
    tell(progressAfter(tries, answer, wire.isOnline()));
    await wire.pause(waitAfter(tries, answer));
  }
}

/** Gives the browser's own wire and a function that ends a pause. */
export function browserWire(url: string): { readonly wire: Wire; readonly hurry: () => void } {
  let hurry = (): void => undefined;
  addEventListener("online", () => hurry());
  const wire: Wire = {
    async post(body, slow = () => undefined) {
      const stop = new AbortController();
      const timers = [setTimeout(() => stop.abort(), TIMEOUT_MS), setTimeout(slow, SLOW_MS)];
      try {
        const reply = await fetch(url, {
          method: "POST",
          body,
          headers: { "Content-Type": "application/octet-stream" },
          credentials: "omit",
          cache: "no-store",
          referrerPolicy: "no-referrer",
          redirect: "error",
          signal: stop.signal,
        });
        const type = reply.headers.get("content-type") ?? "";
        const raw = new Uint8Array(await reply.arrayBuffer());
        const isText = type !== "application/octet-stream";
        return { status: reply.status, type, retryAfter: reply.headers.get("retry-after"), ...(isText ? { text: parseUtf8(raw, "not-text") } : { text: "", raw }) };
      } finally {
        timers.forEach(clearTimeout);
      }
    },
    pause: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        hurry = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    isOnline: () => navigator.onLine,
  };
  return { wire, hurry: () => hurry() };
}

async function tryOnce(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch {
    // fetch tells every kind of lost connection by throwing, in each engine with other words.
    return null;
  }
}

function outcomeOf(answer: Answer): Outcome | null {
  // A stranger in the middle (a hotel's log-on page) also answers 200, but not with plain text.
  if (answer.status === 200 && answer.type.startsWith("text/plain")) return { kind: "receipt", text: answer.text };
  const code = refusalOf(answer);
  return code === null ? null : { kind: "refused", code };
}

/** Gives the code of a refusal that is final, or null. */
export function refusalOf(answer: Answer): string | null {
  return answer.status < 400 || answer.status >= 500 || [408, 425, 429].includes(answer.status) ? null : codeOf(answer);
}

function codeOf(answer: Answer): string | null {
  if (!answer.type.startsWith("application/json")) return null;
  try {
    const { code } = JSON.parse(answer.text) as { code?: unknown };
    return typeof code === "string" && /^[a-z][a-z0-9-]{0,63}$/.test(code) ? code : null;
  } catch {
    return null;
  }
}

function progressAfter(tries: number, answer: Answer | null, isOnline: boolean): Progress {
  if (!isOnline) return "offline";
  // Told by the server itself that it took nothing yet.
  if (answer && [429, 503].includes(answer.status)) return "busy";
  return tries < TRIES_UNTIL_UNKNOWN ? "again" : "unknown";
}

function waitAfter(tries: number, answer: Answer | null): number {
  const asked = Number(answer?.retryAfter ?? "");
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  if (asked > 0) return Math.min(Math.max(asked * 1000, wait), LONGEST_WAIT_MS * 2);
  // Spread: a server that comes back must not meet all browsers in the same second.
  return wait * (0.75 + Math.random() / 2);
}
