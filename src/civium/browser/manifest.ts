// What the browser needs of a collection's promises (docs/spec/manifest.md): its hash is pinned by the page, so its bytes are taken as a whole.
import { type Bytes, hex, parseBase64, parseHex, sha256 } from "./bytes";
import { type Value, parse as parseCanonical } from "./canonical";
import { SUITES } from "./envelope";
import { Refused, Untrusted } from "./errors";
import { isRealDateText } from "./law";
import { LANGUAGE, RULES } from "./statement";

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
  /** Of the token service; empty where no duplicate token is asked for. */
  readonly tokenKey: Bytes;
  readonly keys: Readonly<Record<string, readonly KeyEntry[]>>;
  readonly logs: Readonly<Record<string, string>>;
}

const LARGEST_MANIFEST = 65535;
const MALFORMED = "manifest-malformed";
const HASH = /^[0-9a-f]{64}$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9 ()./_-]{0,63}$/;
const ORIGIN = /^[!-*,-~]{1,300}$/;
const JURISDICTION = /^[A-Z0-9][A-Z0-9-]{0,31}$/;
const MEMBERS =
  "bundle civium closes_on collection deployment keys log_key logs opens_on previous procedure registered_on registration rules sequence texts token_key wording";

/** Gives the manifest whose hash the page pinned. Throws Untrusted `manifest-hash`, Refused `manifest-malformed`. */
export async function checked(raw: Bytes, pinned: string): Promise<Manifest> {
  if (hex(await sha256(raw)) !== pinned) throw new Untrusted("manifest-hash");
  return parse(raw);
}

/** Gives the parts of a manifest the browser needs, all of it checked. Throws Refused `manifest-malformed`. */
export function parse(raw: Bytes): Manifest {
  let whole: Value;
  try {
    whole = parseCanonical(raw, LARGEST_MANIFEST);
  } catch (error) {
    throw error instanceof Refused ? new Refused(MALFORMED) : error;
  }
  const manifest = record(whole);
  const rules = record(manifest["rules"]);
  checkMembers(manifest, rules);
  return {
    collection: text(manifest["collection"], /^[0-9a-f]{32}$/),
    deployment: text(manifest["deployment"], /^(demonstration|procedure|central|companion|individual)$/),
    opensOn: day(manifest["opens_on"]),
    closesOn: day(manifest["closes_on"]),
    rulesVersion: text(rules["version"], RULES),
    rulesSha256: text(rules["sha256"], HASH),
    logKey: key(manifest["log_key"], [32]),
    tokenKey: key(manifest["token_key"], [0, 32]),
    keys: each(manifest["keys"], JURISDICTION, (entries) => list(entries).map(keyEntry)),
    logs: each(manifest["logs"], /^[A-Z0-9][A-Z0-9-]{0,31}\/(online|paper|assisted|eid)$/, (origin) => text(origin, ORIGIN)),
  };
}

/** Checks the members the browser does not use, and that there are no others. */
function checkMembers(manifest: Readonly<Record<string, Value>>, rules: Readonly<Record<string, Value>>): void {
  const sequence = manifest["sequence"];
  const isWhole = Object.keys(manifest).sort().join(" ") === MEMBERS && Object.keys(rules).length === 2;
  if (!isWhole || manifest["civium"] !== "manifest v1" || typeof sequence !== "number" || sequence < 1) throw new Refused(MALFORMED);
  text(manifest["previous"], /^([0-9a-f]{64})?$/);
  day(manifest["registered_on"]);
  for (const member of ["procedure", "registration"]) text(manifest[member], WORD);
  for (const member of ["texts", "wording"]) each(manifest[member], LANGUAGE, (hash) => text(hash, HASH));
  each(manifest["bundle"], WORD, (hash) => text(hash, HASH));
}

function keyEntry(value: Value): KeyEntry {
  const entry = record(value);
  const suite = text(entry["suite"], /./);
  if (Object.keys(entry).length !== 3 || !SUITES.some(({ name }) => name === suite)) throw new Refused(MALFORMED);
  return {
    keyId: parseHex(text(entry["key_id"], /^[0-9a-f]{32}$/), MALFORMED),
    suite,
    sha256: text(entry["sha256"], HASH),
  };
}

function day(value: Value | undefined): string {
  const told = text(value, /./);
  if (!isRealDateText(told)) throw new Refused(MALFORMED);
  return told;
}

function key(value: Value | undefined, sizes: readonly number[]): Bytes {
  const raw = parseBase64(text(value, /^\S*$/), MALFORMED);
  if (!sizes.includes(raw.length)) throw new Refused(MALFORMED);
  return raw;
}

function each<T>(value: Value | undefined, name: RegExp, read: (value: Value) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record(value)).map(([member, inner]) => [text(member, name), read(inner)]));
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
