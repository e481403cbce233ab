// Finds the number of a challenge by trying (docs/spec/challenge.md). SHA-256 of our own: a message at a time through WebCrypto is many times slower.

/** What is asked: the number whose digits, after the salt, give this hash. */
export interface Riddle {
  readonly salt: string;
  readonly challenge: string;
  readonly most: number;
}

const [ROUNDS, START] = constants();
const BLOCK = 64;

/** Gives the number, or -1 if there is none up to `most`. */
export function solve({ salt, challenge, most }: Riddle): number {
  const wanted = parseInt(challenge.slice(0, 8), 16) | 0;
  // What all tries begin with is hashed once.
  const same = salt.length - (salt.length % BLOCK);
  const begun = hashBlocks(START.slice(), salt.slice(0, same));
  const rest = salt.slice(same);
  const state = new Int32Array(8);
  for (let number = 0; number <= most; number += 1) {
    state.set(begun);
    finish(state, rest + number, same);
    if (state[0] === wanted && hex(state) === challenge) return number;
  }
  return -1;
}

/** Gives SHA-256 (FIPS 180-4) of ASCII text, in hex. */
export function digest(text: string): string {
  const same = text.length - (text.length % BLOCK);
  const state = hashBlocks(START.slice(), text.slice(0, same));
  finish(state, text.slice(same), same);
  return hex(state);
}

const W = new Int32Array(64);

function hashBlocks(state: Int32Array, text: string): Int32Array {
  for (let from = 0; from < text.length; from += BLOCK) {
    fill(text.slice(from, from + BLOCK));
    compress(state);
  }
  return state;
}

/** Hashes the last bytes, `before` of which have been hashed, and the padding. */
function finish(state: Int32Array, text: string, before: number): void {
  const bits = 8 * (before + text.length);
  const padded = `${text}\x80`;
  for (let from = 0; from < padded.length + 8; from += BLOCK) {
    fill(padded.slice(from, from + BLOCK));
    if (from + BLOCK >= padded.length + 8) W[15] = bits;
    compress(state);
  }
}

function fill(text: string): void {
  W.fill(0, 0, 16);
  for (let at = 0; at < text.length; at += 1) W[at >> 2]! |= text.charCodeAt(at) << (24 - 8 * (at & 3));
}

function compress(state: Int32Array): void {
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let at = 0; at < 64; at += 1) {
    if (at > 15) {
      const x = W[at - 15]!;
      const y = W[at - 2]!;
      W[at] = W[at - 16]! + W[at - 7]! + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[at]! + W[at]!) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function hex(state: Int32Array): string {
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Gives the round constants and the first state: the first 32 bits of the fractions of cube and square roots of primes. */
function constants(): [Int32Array, Int32Array] {
  const primes: number[] = [];
  for (let number = 2; primes.length < 64; number += 1) if (primes.every((prime) => number % prime)) primes.push(number);
  const bits = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
  return [Int32Array.from(primes, (prime) => bits(Math.cbrt(prime))), Int32Array.from(primes.slice(0, 8), (prime) => bits(Math.sqrt(prime)))];
}
