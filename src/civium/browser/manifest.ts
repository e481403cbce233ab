// What the browser needs of a collection's promises (docs/spec/manifest.md): its hash is pinned by the page, so its bytes are taken as a whole.
import { type Bytes, hex, parseBase64, parseHex, sha256 } from "./bytes";
import { type Value, parse as parseCanonical } from "./canonical";
import { Refused, Untrusted } from "./errors";

export interface KeyEntry {
  readonly keyId: Bytes;
  readonly suite: string;
  readonly sha256: string;
}

export interface Manifest {
  readonly collection: string;
  readonly deployment: string;
  readonly opensOn: string;
  readonly closesOn: string;
  readonly rulesVersion: string;
  readonly rulesSha256: string;
  readonly logKey: Bytes;
  readonly keys: Readonly<Record<string, readonly KeyEntry[]>>;
  readonly logs: Readonly<Record<string, string>>;
}

const LARGEST_MANIFEST = 65535;
const MALFORMED = "manifest-malformed";
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const HASH = /^[0-9a-f]{64}$/;

/** Gives the manifest whose hash the page pinned. Throws Untrusted `manifest-hash`, Refused `manifest-malformed`. */
export async function checked(raw: Bytes, pinned: string): Promise<Manifest> {
  if (hex(await sha256(raw)) !== pinned) throw new Untrusted("manifest-hash");
  return parse(raw);
}

/** Gives the parts of a manifest the browser needs. Throws Refused `manifest-malformed`. */
export function parse(raw: Bytes): Manifest {
  let whole: Value;
  try {
    whole = parseCanonical(raw, LARGEST_MANIFEST);
  } catch (error) {
    throw error instanceof Refused ? new Refused(MALFORMED) : error;
  }
  const manifest = record(whole);
  if (manifest["civium"] !== "manifest v1") throw new Refused(MALFORMED);
  const rules = record(manifest["rules"]);
  return {
    collection: text(manifest["collection"], /^[0-9a-f]{32}$/),
    deployment: text(manifest["deployment"], /^[a-z]+$/),
    opensOn: text(manifest["opens_on"], DAY),
    closesOn: text(manifest["closes_on"], DAY),
    rulesVersion: text(rules["version"], /^[0-9A-Za-z.-]{1,32}$/),
    rulesSha256: text(rules["sha256"], HASH),
    logKey: logKey(manifest["log_key"]),
    keys: Object.fromEntries(Object.entries(record(manifest["keys"])).map(([code, keys]) => [code, list(keys).map(keyEntry)])),
    logs: Object.fromEntries(Object.entries(record(manifest["logs"])).map(([log, origin]) => [log, text(origin, /^\S+$/)])),
  };
}

function keyEntry(value: Value): KeyEntry {
  const entry = record(value);
  return {
    keyId: parseHex(text(entry["key_id"], /^[0-9a-f]{32}$/), MALFORMED),
    suite: text(entry["suite"], /^[0-9a-f-]+$/),
    sha256: text(entry["sha256"], HASH),
  };
}

function logKey(value: Value | undefined): Bytes {
  const key = parseBase64(text(value, /^\S+$/), MALFORMED);
  if (key.length !== 32) throw new Refused(MALFORMED);
  return key;
}

function record(value: Value | undefined): Readonly<Record<string, Value>> {
  if (typeof value !== "object" || Array.isArray(value)) throw new Refused(MALFORMED);
  return value as Readonly<Record<string, Value>>;
}

function list(value: Value): readonly Value[] {
  if (!Array.isArray(value)) throw new Refused(MALFORMED);
  return value as readonly Value[];
}

function text(value: Value | undefined, form: RegExp): string {
  if (typeof value !== "string" || !form.test(value)) throw new Refused(MALFORMED);
  return value;
}
