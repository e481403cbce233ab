// The duplicate token in the browser: RFC 9497's vectors, ours, and what the server may answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ristretto255_oprf as suite } from "@noble/curves/ed25519.js";
import { type Bytes, concat, hex, utf8 } from "../../src/civium/browser/bytes";
import type { Answer, Wire } from "../../src/civium/browser/send";
import { encodeRequest, fetchToken } from "../../src/civium/browser/token";
import { ask, askFor, tokenInput } from "../../src/civium/browser/voprf";
import type { Effort } from "../../src/civium/browser/work";
import { codeOf, fromHex, vectors } from "./vectors";

interface Vectors {
  rfc9497: { seed: string; key_info: string; public_key: string; cases: { input: string; blind: string; blinded: string; evaluated: string; proof: string; output: string }[] };
  seed: string;
  collection: string;
  public_key: string;
  tokens: { jurisdiction: string; fields: Record<string, string>; input: string; token: string }[];
  requests: { blinded: string; work: string; request: string }[];
}

const given = vectors<Vectors>("duplicate-token");
const keys = suite.voprf.deriveKeyPair(fromHex(given.seed), concat(utf8("civium token key v1"), fromHex(given.collection)));
const publicKey = fromHex(given.public_key);

/** The server's part, by the same library: evaluated element and proof. */
function evaluate(blinded: Bytes): Bytes {
  const { evaluated, proof } = suite.voprf.blindEvaluate(keys.secretKey, keys.publicKey, blinded);
  return concat(new Uint8Array(evaluated), new Uint8Array(proof));
}

test("RFC 9497, appendix A.1.2: blinded element and output are the vectors', and the proof holds", () => {
  const { public_key, cases } = given.rfc9497;
  for (const { input, blind, blinded, evaluated, proof, output } of cases) {
    // The library makes a scalar of random bytes: the number they are, little-endian, and one more.
    const drawn = fromHex(blind).map((byte, at) => (at === 0 ? byte - 1 : byte));
    const asked = askFor(fromHex(input), (length = 0) => concat(drawn, new Uint8Array(length - 32)));
    assert.equal(hex(asked.blinded), blinded);
    assert.equal(hex(asked.finish(concat(fromHex(evaluated), fromHex(proof)), fromHex(public_key))), output);
  }
});

test("an identity's token is the same however it is blinded, and the one the Python side makes", () => {
  assert.equal(hex(new Uint8Array(keys.publicKey)), given.public_key);
  for (const { jurisdiction, fields, input, token } of given.tokens) {
    assert.equal(hex(tokenInput(given.collection, jurisdiction, fields)), input);
    const [one, other] = [ask(given.collection, jurisdiction, fields), ask(given.collection, jurisdiction, fields)];
    assert.notDeepEqual(one.blinded, other.blinded);
    for (const asked of [one, other]) assert.equal(hex(asked.finish(evaluate(asked.blinded), publicKey)), token);
  }
});

test("an answer made with another key, or spoilt, is untrusted", async () => {
  const asked = ask(given.collection, "ES", { id_number: "00000000T", id_type: "dni" });
  const right = evaluate(asked.blinded);
  const other = suite.voprf.generateKeyPair();
  const foreign = suite.voprf.blindEvaluate(other.secretKey, other.publicKey, asked.blinded);
  const cases = [concat(new Uint8Array(foreign.evaluated), new Uint8Array(foreign.proof)), right.map((byte, at) => (at === 95 ? byte ^ 1 : byte)), new Uint8Array(96), right.slice(0, 95)];
  for (const reply of cases) assert.equal(await codeOf(() => asked.finish(reply, publicKey)), "token-proof");
  assert.equal(await codeOf(() => asked.finish(right, new Uint8Array(other.publicKey))), "token-proof");
});

test("a request has one encoding", () => {
  for (const { blinded, work, request } of given.requests) assert.equal(hex(encodeRequest(given.collection, fromHex(blinded), fromHex(work))), request);
});

interface Counted extends Effort {
  made: number;
}

function effort(): Counted {
  let count = 1;
  return {
    begin: () => undefined,
    again: () => void (count += 1),
    work: async () => Uint8Array.of(count),
    get made() {
      return count;
    },
  };
}

function wireOf(answers: ((body: Bytes) => Answer | null)[]): Wire & { sent: Bytes[] } {
  const sent: Bytes[] = [];
  return {
    sent,
    async post(body) {
      sent.push(body);
      const made = answers[sent.length - 1]!(body);
      if (!made) throw new TypeError("Failed to fetch");
      return made;
    },
    pause: async () => undefined,
    isOnline: () => true,
  };
}

const refusal = (code: string, status = 403) => (): Answer => ({ status, type: "application/json", retryAfter: null, text: JSON.stringify({ code, facts: {} }) });
const token = (body: Bytes): Answer => ({ status: 200, type: "application/octet-stream", retryAfter: null, text: "", raw: evaluate(body.slice(17, 49)) });
const signatory = given.tokens[0]!;
const fetchFor = (wire: Wire, made: Effort): Promise<Bytes> => fetchToken(ask(given.collection, signatory.jurisdiction, signatory.fields), given.collection, publicKey, made, wire, () => undefined);

test("a lost answer is asked for again with the same bytes", async () => {
  const wire = wireOf([() => null, refusal("tokens-unavailable", 503), refusal("too-many", 429), token]);
  assert.equal(hex(await fetchFor(wire, effort())), signatory.token);
  assert.ok(wire.sent.every((body) => hex(body) === hex(wire.sent[0]!)));
});

test("a challenge that was spent or has expired is answered with another, with the same element, but not for ever", async () => {
  const [made, wire] = [effort(), wireOf([refusal("challenge-expired"), refusal("challenge-spent"), token])];
  assert.equal(hex(await fetchFor(wire, made)), signatory.token);
  assert.equal(made.made, 3);
  assert.equal(new Set(wire.sent.map((body) => hex(body.slice(17, 49)))).size, 1);
  assert.equal(await codeOf(() => fetchFor(wireOf([1, 2, 3].map(() => refusal("challenge-spent"))), effort())), "challenge-spent");
});

test("a refusal is told with its code, and a stranger's answer is none", async () => {
  assert.equal(await codeOf(() => fetchFor(wireOf([refusal("collection-ended")]), effort())), "collection-ended");
  const strange = (): Answer => ({ status: 200, type: "text/html", retryAfter: null, text: "<title>Log on</title>" });
  const short = (): Answer => ({ status: 200, type: "application/octet-stream", retryAfter: null, text: "", raw: new Uint8Array(95) });
  assert.equal(hex(await fetchFor(wireOf([strange, short, token]), effort())), signatory.token);
});
