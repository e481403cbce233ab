// What goes wrong in the browser: a stable code and facts from closed sets, never a word from outside and nothing personal.

// The chunks that are loaded later have classes of their own, of the same names: an error is known by its name.
const isNamed = (thing: unknown, name: string): boolean => thing instanceof Error && thing.name === name;

export type Facts = Readonly<Record<string, number | string>>;

/** The sender is at fault, or what came has no readable form; nothing changed. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly facts: Facts = {},
  ) {
    super(code);
    this.name = "Refused";
  }

  static override [Symbol.hasInstance](thing: unknown): boolean {
    return isNamed(thing, "Refused");
  }
}

/** What the server wrote does not match its hash, proof or signature. */
export class Untrusted extends Error {
  constructor(
    readonly code: string,
    readonly facts: Facts = {},
  ) {
    super(code);
    this.name = "Untrusted";
  }

  static override [Symbol.hasInstance](thing: unknown): boolean {
    return isNamed(thing, "Untrusted");
  }
}
