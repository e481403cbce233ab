// Proof of work: a challenge is fetched when a State was chosen and solved by a worker while its owner types (docs/spec/challenge.md).
//
// The rules are:
// - one solution serves the token and the statement; another is made only when the server asks for one;
// - what did not work while typing is tried again when the statement is sent: nobody is told before.
import { type Bytes, concat, parseHex, u32, u8 } from "./bytes";
import { Refused } from "./errors";
import { type Answer, type Wire, insist } from "./send";
import type { Riddle } from "./work-solve";

/** A challenge as the server gives it. */
export interface Challenge extends Riddle {
  readonly signature: string;
}

/** What solving needs from outside. */
export interface Workshop {
  fetchChallenge(): Promise<Answer>;
  readonly wire: Pick<Wire, "pause" | "isOnline">;
  solve(riddle: Riddle): Promise<number>;
}

/** The work for one statement. */
export interface Effort {
  /** Fetches and solves in the background, unless that is done or under way. */
  begin(): void;
  /** Gives the solved challenge as it travels; no bytes where none is asked for. */
  work(): Promise<Bytes>;
  /** Forgets the solution: the next `work` makes another. */
  again(): void;
}

const VERSION = 1;
const MALFORMED = "challenge-malformed";
const SALT = /^([0-9a-f]{32})\?expires=([1-9][0-9]{0,11})&collection=[0-9a-f]{32}&$/;
const HASH = /^[0-9a-f]{64}$/;
const MOST_WORK = 500_000;
const ANOTHER = ["challenge-missing", "challenge-forged", "challenge-expired", "challenge-spent"];

/** Says whether a refusal is answered by another solution, with all else the same. */
export function isAnotherNeeded(code: string): boolean {
  return ANOTHER.includes(code);
}

/** Gives the work of one page. */
export function effortOf(shop: Workshop): Effort {
  let under: Promise<Bytes> | null = null;
  const work = (): Promise<Bytes> => {
    under ??= makeWork(shop).catch((error: unknown) => {
      under = null;
      throw error;
    });
    return under;
  };
  return {
    work,
    again: () => void (under = null),
    // A failure is told to whoever waits for the work.
    begin: () => void work().catch(() => undefined),
  };
}

/** Gives the browser's own workshop; `workerUrl` is a script of ours. */
export function browserWorkshop(challengeUrl: string, wire: Workshop["wire"]): Workshop {
  return {
    async fetchChallenge() {
      const reply = await fetch(challengeUrl, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
      return { status: reply.status, type: reply.headers.get("content-type") ?? "", retryAfter: reply.headers.get("retry-after"), text: await reply.text() };
    },
    wire,
    solve: inWorker,
  };
}

/** Gives a challenge of these words. Throws Refused `challenge-malformed`. */
export function parseChallenge(text: string): Challenge | null {
  let told: Partial<Record<string, unknown>>;
  try {
    told = JSON.parse(text) as Partial<Record<string, unknown>>;
  } catch {
    throw new Refused(MALFORMED);
  }
  const { algorithm, challenge, maxnumber: most, salt, signature } = told;
  if (most === 0) return null;
  const isWhole = algorithm === "SHA-256" && matches(challenge, HASH) && matches(signature, HASH) && matches(salt, SALT) && Number.isInteger(most);
  if (!isWhole || (most as number) > MOST_WORK || (most as number) < 1) throw new Refused(MALFORMED);
  return { challenge, signature, salt, most } as Challenge;
}

/** Gives a solution as it travels. */
export function encodeWork({ salt, signature }: Challenge, number: number): Bytes {
  const [, identifier, expires] = SALT.exec(salt)!;
  const seconds = Number(expires);
  return concat(u8(VERSION), parseHex(identifier!, MALFORMED), u32(Math.floor(seconds / 2 ** 32)), u32(seconds % 2 ** 32), u32(number), parseHex(signature, MALFORMED));
}

async function makeWork(shop: Workshop): Promise<Bytes> {
  const text = await insist(() => shop.fetchChallenge(), textOf, shop.wire, () => undefined);
  const challenge = parseChallenge(text);
  if (!challenge) return new Uint8Array(0);
  const number = await shop.solve(challenge);
  if (number < 0) throw new Refused(MALFORMED);
  return encodeWork(challenge, number);
}

function textOf(answer: Answer): string | null {
  if (answer.status === 200 && answer.type === "application/json") return answer.text;
  if (answer.status === 404) throw new Refused("page-old");
  return null;
}

function matches(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

interface Policy {
  createScriptURL(url: string): string;
}

declare global {
  // Set by the build: the worker's file, which holds its hash in its name.
  const WORK_WORKER: string;
  const trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;
}

let policy: Policy | null = null;

/** Solves in a worker of its own, so that typing is never slowed. */
function inWorker(riddle: Riddle): Promise<number> {
  if (typeof trustedTypes !== "undefined") policy ??= trustedTypes.createPolicy("civium-work", { createScriptURL: () => workerUrl() });
  const worker = new Worker(policy ? policy.createScriptURL("") : workerUrl());
  return new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
    worker.onerror = () => reject(new Refused("not-loaded"));
    worker.postMessage({ salt: riddle.salt, challenge: riddle.challenge, most: riddle.most });
  }).finally(() => worker.terminate());
}

function workerUrl(): string {
  return new URL(WORK_WORKER, import.meta.url).href;
}
