// One statement from values to its envelope: encoded, padded, sealed once (docs/spec/statement.md, envelope.md).
import { type Bytes, parseHex } from "./bytes";
import { type Header, NO_ERASURE, type Sealer, envelopeHash, seal } from "./envelope";
import * as erasureCode from "./erasure-code";
import { Refused } from "./errors";
import type { AuthorityKey, Materials } from "./materials";
import { type Expected, identifier } from "./receipt";
import { PADDED_SIZES, encode, pad } from "./statement";

// Of identity-key.ts, which is loaded with the code that needs it.
const IDENTITY_KEY_VERSION = 1;

/** What the form hands over. */
export interface Filled {
  readonly jurisdiction: string;
  readonly language: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly confirmations: readonly (readonly [field: string, hint: string])[];
}

/** A sealed statement and what its sender alone knows. */
export interface Sealed {
  readonly jurisdiction: string;
  readonly envelope: Bytes;
  /** The duplicate token, as it lies inside the envelope and travels beside it; empty where none is asked for. */
  readonly token: Bytes;
  readonly identifier: string;
  readonly erasureText: string;
  readonly expected: Omit<Expected, "today">;
}

/** Seals a filled form to the authority of its State; both boxes were ticked. Throws Refused `statement-too-long` and what sealing throws. */
export async function sealStatement(filled: Filled, token: Bytes, collection: string, manifestHash: string, from: Materials, sealer: Sealer): Promise<Sealed> {
  const key = keyOf(from, filled.jurisdiction);
  const origin = from.manifest.logs[`${filled.jurisdiction}/online`];
  if (origin === undefined) throw new Refused("state-closed");
  const code = erasureCode.makeCode();
  const commitment = await erasureCode.commitment(parseHex(collection, "page-old"), code);
  const plaintext = pad(
    encode({
      language: filled.language,
      rules: from.rules.version,
      declaration: true,
      privacyRead: true,
      identityKeyVersion: token.length === 0 ? 0 : IDENTITY_KEY_VERSION,
      token,
      fields: filled.fields,
      confirmations: filled.confirmations,
    }),
  );
  const header = headerOf(filled.jurisdiction, collection, manifestHash, key, commitment);
  const envelope = await seal(header, plaintext, key.publicKey, sealer);
  const hash = await envelopeHash(envelope);
  return {
    jurisdiction: filled.jurisdiction,
    envelope,
    token,
    identifier: identifier(hash),
    erasureText: await erasureCode.textOf(code),
    expected: { envelopeHash: hash, erasureCommitment: commitment, origin, logKey: from.manifest.logKey },
  };
}

/** Seals zeros to the State's key and looks at the sizes: what must work before a single field can be typed into. Throws Refused. */
export async function checkSealing(jurisdiction: string, collection: string, manifestHash: string, from: Materials, sealer: Sealer): Promise<void> {
  const key = keyOf(from, jurisdiction);
  const header = headerOf(jurisdiction, collection, manifestHash, key, NO_ERASURE);
  await seal(header, new Uint8Array(PADDED_SIZES[0]), key.publicKey, sealer);
}

function keyOf(from: Materials, jurisdiction: string): AuthorityKey {
  const key = from.keys[jurisdiction];
  if (!key) throw new Refused("state-closed");
  return key;
}

function headerOf(jurisdiction: string, collection: string, manifestHash: string, key: AuthorityKey, commitment: Bytes): Header {
  return {
    suite: key.suite,
    keyId: key.keyId,
    collection: parseHex(collection, "page-old"),
    jurisdiction,
    channel: "online",
    manifestHash: parseHex(manifestHash, "page-old"),
    erasureCommitment: commitment,
  };
}
