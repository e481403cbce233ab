// The public log as anybody can ask for it: its present checkpoint, and hashes from its tiles (docs/spec/checkpoint.md, merkle.md).
//
// The rules are:
// - tiles are asked for as the present tree has them, never as the receipt's: the server learns at most among which 256 entries one is looked for;
// - what the server answers is believed only as far as it leads to a root that the log's key has signed.
import type { Bytes } from "./bytes";
import { Refused } from "./errors";
import type { NodeReader } from "./consistency";
import { nodeHash } from "./merkle";

/** Gives the bytes at a path of this site. Throws Refused `not-loaded`, or what the connection throws. */
export type Ask = (path: string) => Promise<Bytes>;

const WIDTH = 256;
const TILE_HEIGHT = 8;
const HASH = 32;

/** Asks this site, with nothing of the visitor. */
export const askSite: Ask = async (path) => {
  const reply = await fetch(path, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
  if (!reply.ok) throw new Refused("not-loaded");
  return new Uint8Array(await reply.arrayBuffer());
};

/** Gives the path under which a log is served: its origin without the host. */
export function logPath(origin: string): string {
  return `/log/${origin.slice(origin.indexOf("/") + 1)}`;
}

/** Gives the path of a tile below its log (C2SP tlog-tiles). */
export function tilePath(level: number, number: number, width: number): string {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${name}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** Gives a reader of the complete subtrees of a log's tree of this size; each tile is asked for once. Throws Refused `tile-malformed`. */
export function nodesOf(origin: string, size: number, ask: Ask): NodeReader {
  const tiles = new Map<string, Promise<Bytes>>();
  const tile = (path: string, width: number): Promise<Bytes> => {
    const known = tiles.get(path);
    if (known) return known;
    const asked = ask(`${logPath(origin)}/${path}`).then((raw) => {
      if (raw.length !== width * HASH) throw new Refused("tile-malformed");
      return raw;
    });
    tiles.set(path, asked);
    return asked;
  };
  return async (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const under = 2 ** (level % TILE_HEIGHT);
    const start = index * under;
    const number = Math.floor(start / WIDTH);
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** tileLevel) - number * WIDTH);
    const raw = await tile(tilePath(tileLevel, number, width), width);
    const at = start - number * WIDTH;
    let hashes = Array.from({ length: under }, (_, place) => raw.slice((at + place) * HASH, (at + place + 1) * HASH));
    while (hashes.length > 1) hashes = await paired(hashes);
    return hashes[0]!;
  };
}

function paired(hashes: readonly Bytes[]): Promise<Bytes[]> {
  return Promise.all(Array.from({ length: hashes.length / 2 }, (_, at) => nodeHash(hashes[2 * at]!, hashes[2 * at + 1]!)));
}
