// Asks the server for a duplicate token: one blinded element, paid for with a solved challenge (docs/spec/duplicate-token.md).
import { type Bytes, bytes16, concat, parseHex, u8 } from "./bytes";
import { Refused } from "./errors";
import { type Answer, type Progress, type Wire, insist, refusalOf } from "./send";
import type { Asked } from "./voprf";
import { type Effort, isAnotherNeeded } from "./work";

export { type Effort, browserWorkshop, effortOf, isAnotherNeeded } from "./work";

const VERSION = 1;
const REPLY_SIZE = 96;
const MOST_CHALLENGES = 3;

/** Gives the code that blinds and checks, loaded now. Throws Refused `not-loaded`. */
export async function loadVOPRF(): Promise<typeof import("./voprf")> {
  try {
    return await import("./voprf");
  } catch {
    throw new Refused("not-loaded");
  }
}

/** Gives the token, however long the server takes. Throws Refused with the server's code, Untrusted `token-proof`. */
export async function fetchToken(asked: Asked, collection: string, tokenKey: Bytes, effort: Effort, wire: Wire, tell: (progress: Progress) => void): Promise<Bytes> {
  for (let tries = 1; ; tries += 1) {
    const request = encodeRequest(collection, asked.blinded, await effort.work());
    const outcome = await insist((slow) => wire.post(request, slow), outcomeOf, wire, tell);
    if (typeof outcome !== "string") return asked.finish(outcome, tokenKey);
    if (!isAnotherNeeded(outcome) || tries === MOST_CHALLENGES) throw new Refused(outcome);
    effort.again();
  }
}

/** Gives the body of `POST /api/tokens`. */
export function encodeRequest(collection: string, blinded: Bytes, work: Bytes): Bytes {
  return concat(u8(VERSION), parseHex(collection, "page-old"), blinded, bytes16(work));
}

function outcomeOf(answer: Answer): Bytes | string | null {
  const isToken = answer.status === 200 && answer.type === "application/octet-stream" && answer.raw?.length === REPLY_SIZE;
  return isToken ? answer.raw! : refusalOf(answer);
}
