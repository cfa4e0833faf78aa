import type { Position } from '../../source/position.ts';
import type { Problem } from '../../source/problems.ts';
import { nearest } from '../../source/suggest.ts';
import type { Path } from '../../source/places.ts';
import type { EndpointRef } from '../model.ts';

/** Where a set of requirements is read from: a YAML document, or what a builder was given. */
export interface InputSource {
  positionOf(path: Path, which?: 'key' | 'value'): Position;
  /** Every mistake that is found; reading goes on after one, so that all are found at once. */
  readonly problems: Problem[];
  /** The endpoint that a builder made of this value before, if it did. YAML has none. */
  readonly madeEndpoint?: (value: unknown) => EndpointRef | undefined;
}

export interface ProblemOptions {
  readonly hint?: string | null | undefined;
  /** Point at the value (as a rule) or at its key. */
  readonly at?: 'key' | 'value';
}

/**
 * One value of the input with its path. A reader that cannot use it notes a problem at its place and gives null; the
 * callers go on without it, so that one pass finds every mistake.
 */
export class Input {
  readonly value: unknown;
  readonly path: Path;
  readonly source: InputSource;

  constructor(value: unknown, path: Path, source: InputSource) {
    this.value = value;
    this.path = path;
    this.source = source;
  }

  get position(): Position {
    return this.source.positionOf(this.path);
  }

  /** As messages call it: its key, with the index for an item of a list: `from[1]`. */
  get name(): string {
    const key = this.path.findLastIndex((step) => typeof step === 'string');
    return `${this.path[key] ?? ''}${this.path
      .slice(key + 1)
      .map((index) => `[${index}]`)
      .join('')}`;
  }

  problem(message: string, { hint, at = 'value' }: ProblemOptions = {}): null {
    this.source.problems.push({ position: this.source.positionOf(this.path, at), message, hint: hint ?? undefined });
    return null;
  }

  /** Notes that the value is of the wrong kind. `expected` goes on from `must be`. */
  expected(expected: string, options?: ProblemOptions): null {
    const subject = this.path.length === 0 ? 'a requirement file' : `\`${this.name}\``;
    return this.problem(`${subject} must be ${expected}, but is ${describe(this.value)}`, options);
  }

  /** A text with something in it. `what` says what it is for: `the set's name`. */
  text(what: string): string | null {
    const { value } = this;
    if (typeof value === 'string' && value.trim() !== '') return value;
    return this.expected(`a text (${what})`, { hint: quotesHint(value) });
  }

  /** What `read` makes of the items of a list of at least one. */
  list<T>(what: string, read: (item: Input) => T | null): T[] {
    if (!Array.isArray(this.value) || this.value.length === 0) {
      this.expected(what);
      return [];
    }
    return this.value
      .map((item: unknown, index) => read(new Input(item, [...this.path, index], this.source)))
      .filter((item) => item !== null);
  }

  /** What `read` makes of one value, or of a list of at least one. */
  oneOrMany<T>(what: string, read: (item: Input) => T | null): T[] {
    if (Array.isArray(this.value)) return this.list(`${what}, or a list of at least one`, read);
    const item = read(this);
    return item === null ? [] : [item];
  }

  /** The members of a map with keys of the author's own choice. */
  entries(what: string): readonly (readonly [string, Input])[] {
    if (!isRecord(this.value)) {
      this.expected(what);
      return [];
    }
    return Object.entries(this.value)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, new Input(value, [...this.path, key], this.source)]);
  }

  /** The members of a map with fixed keys; every other key is a problem. */
  record<Key extends string>(known: readonly Key[], what: string): Members<Key> | null {
    if (!isRecord(this.value)) return this.expected(what);
    const members = new Map(this.entries(what));
    const misspelt = new Set<string>();
    for (const [key, member] of members) {
      if ((known as readonly string[]).includes(key)) continue;
      const meant = nearest(
        key,
        known.filter((name) => !members.has(name)),
      );
      if (meant !== undefined) misspelt.add(meant);
      const hint = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`;
      member.problem(`\`${key}\` is not a key that is known here`, { hint, at: 'key' });
    }
    return new Members(this, members, misspelt);
  }
}

/** The members of a map, by the keys that it may have. */
export class Members<Key extends string> {
  readonly #owner: Input;
  readonly #members: ReadonlyMap<string, Input>;
  readonly #misspelt: ReadonlySet<string>;

  constructor(owner: Input, members: ReadonlyMap<string, Input>, misspelt: ReadonlySet<string>) {
    this.#owner = owner;
    this.#members = members;
    this.#misspelt = misspelt;
  }

  get(key: Key): Input | null {
    return this.#members.get(key) ?? null;
  }

  /** What `read` makes of a member; null where there is none. */
  read<T>(key: Key, read: (input: Input) => T | null): T | null {
    const member = this.#members.get(key);
    return member === undefined ? null : read(member);
  }

  /** Like `read`, of a member that must be there. A misspelt one is a problem already. */
  require<T>(key: Key, why: string, read: (input: Input) => T | null): T | null {
    const isMissing = !this.#members.has(key) && !this.#misspelt.has(key);
    return isMissing ? this.#owner.problem(`\`${key}\` is missing: ${why}`) : this.read(key, read);
  }

  /** Whether a key is there, be it misspelt. */
  has(key: Key): boolean {
    return this.#members.has(key) || this.#misspelt.has(key);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a message names it: `the number 5`, `"web"`, `a list`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : quote(value);
  return typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

/** For a value that would be a text in quotes. YAML reads `1.10` as the number 1.1: what was written is lost. */
export function quotesHint(value: unknown): string | undefined {
  if (typeof value === 'boolean' || Number.isInteger(value)) return `Put it in quotes: "${String(value)}".`;
  return typeof value === 'number' ? 'Put it in quotes.' : undefined;
}

/** A text as messages quote it, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], null> };

/** The members that could be read: what is absent or wrong (null) is left out. */
export function given<T extends object>(members: T): Given<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Given<T>;
}
