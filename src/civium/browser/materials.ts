// Everything a statement is made from, fetched once and checked against the manifest the page pins: rules, keys, log, calendar.
import { type Bytes, hex, isEqual, parseBase64, parseHex, parseUtf8, sha256 } from "./bytes";
import { type Calendar, calendarOf } from "./calendar";
import { type Suite, keyId, suiteNamed } from "./envelope";
import { Refused, Untrusted } from "./errors";
import type { Rules } from "./law";
import { type Manifest, checked } from "./manifest";

export interface AuthorityKey {
  readonly suite: Suite;
  readonly keyId: Bytes;
  readonly publicKey: Bytes;
}

export interface Materials {
  readonly manifest: Manifest;
  readonly rules: Rules;
  readonly keys: Readonly<Record<string, AuthorityKey>>;
  readonly calendar: Calendar;
}

export interface Addresses {
  readonly collection: string;
  readonly manifest: string;
  readonly manifestUrl: string;
  readonly rulesUrl: string;
  readonly keysUrl: string;
}

interface KeysReply {
  readonly manifest: string;
  readonly keys: Readonly<Record<string, { readonly key_id: string; readonly public_key: string; readonly suite: string }>>;
}

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/**
 * Gives the materials of a page.
 * Throws Refused `not-loaded` (try again) or `page-old` (a later manifest changed a key), Untrusted where something is not what the manifest promised.
 */
export async function loadMaterials(page: Addresses, fetch: Fetch, elapsed: () => number): Promise<Materials> {
  const [manifestReply, rulesReply, keysReply] = await Promise.all([
    get(fetch, page.manifestUrl, "default"),
    get(fetch, page.rulesUrl, "default"),
    // Never from a cache: keys to seal to now, and the server's clock with them.
    get(fetch, page.keysUrl, "no-store"),
  ]);
  const manifest = await checked(manifestReply.raw, page.manifest);
  if (manifest.collection !== page.collection) throw new Untrusted("manifest-foreign");
  if (hex(await sha256(rulesReply.raw)) !== manifest.rulesSha256) throw new Untrusted("rules-hash");
  return {
    manifest,
    rules: json(rulesReply.raw) as Rules,
    keys: await checkedKeys(json(keysReply.raw) as KeysReply, manifest, page.manifest),
    calendar: calendarOf(keysReply.date, elapsed),
  };
}

async function checkedKeys(reply: KeysReply, manifest: Manifest, pinned: string): Promise<Record<string, AuthorityKey>> {
  const keys: Record<string, AuthorityKey> = {};
  for (const [code, entry] of Object.entries(reply.keys)) {
    const promised = (manifest.keys[code] ?? []).find((key) => hex(key.keyId) === entry.key_id);
    // A key the pinned manifest does not know: rotated since the page was made, or slipped in.
    if (!promised) throw reply.manifest === pinned ? new Untrusted("key-foreign") : new Refused("page-old");
    const suite = suiteNamed(promised.suite);
    const publicKey = parseBase64(entry.public_key, "not-loaded");
    const isPromised =
      entry.suite === promised.suite &&
      hex(await sha256(publicKey)) === promised.sha256 &&
      isEqual(await keyId(suite, publicKey), parseHex(entry.key_id, "not-loaded"));
    if (!isPromised) throw new Untrusted("key-foreign");
    keys[code] = { suite, keyId: promised.keyId, publicKey };
  }
  return keys;
}

async function get(fetch: Fetch, url: string, cache: RequestCache): Promise<{ raw: Bytes; date: string | null }> {
  let reply: Response;
  let raw: Bytes;
  try {
    reply = await fetch(url, { cache, credentials: "omit", referrerPolicy: "no-referrer", redirect: "error" });
    raw = new Uint8Array(await reply.arrayBuffer());
  } catch {
    throw new Refused("not-loaded");
  }
  if (!reply.ok) throw new Refused(reply.status === 404 ? "page-old" : "not-loaded");
  return { raw, date: reply.headers.get("date") };
}

function json(raw: Bytes): unknown {
  try {
    return JSON.parse(parseUtf8(raw, "not-loaded"));
  } catch {
    throw new Refused("not-loaded");
  }
}
