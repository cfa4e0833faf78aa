import type { Position } from '../../source/position.ts';
import type { Problem } from '../../source/problems.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { Path } from '../../source/places.ts';

/** Where the value at a path stands, or its key. */
export type PositionOf = (path: Path, which?: 'key' | 'value') => Position;

/** The object that fields belong to: what an error names, and where its parts stand. */
export interface Subject {
  /** As an error names it: `NetworkPolicy shop/web`. */
  readonly name: string;
  readonly positionOf: PositionOf;
  readonly problems: Problem[];
}

/**
 * One value in an object as it was read, with its path. The readers take what they need through it; a value of the
 * wrong type is noted as a problem at its place and read as absent, so that one pass finds all of them.
 * `null` is absent, as in the API's own decoding.
 */
export class Field {
  readonly value: unknown;
  readonly path: Path;
  readonly subject: Subject;

  constructor(value: unknown, path: Path, subject: Subject) {
    this.value = value ?? undefined;
    this.path = path;
    this.subject = subject;
  }

  get present(): boolean {
    return this.value !== undefined;
  }

  get position(): Position {
    return this.subject.positionOf(this.path);
  }

  /** A member of a map; absent where there is no such key, or no map (which `entries` would report). */
  get(key: string): Field {
    const value = isRecord(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new Field(value, [...this.path, key], this.subject);
  }

  /** Follows several keys. */
  at(...keys: readonly string[]): Field {
    return keys.reduce<Field>((field, key) => field.get(key), this);
  }

  text(): string | undefined {
    const { value } = this;
    if (typeof value === 'string' || value === undefined) return value;
    this.problem(`must be a string, not ${describe(value)}`, { hint: quoteHint(value) });
    return undefined;
  }

  integer(): number | undefined {
    if (this.value === undefined) return undefined;
    if (typeof this.value === 'number' && Number.isInteger(this.value)) return this.value;
    this.problem(`must be a whole number, not ${describe(this.value)}`);
    return undefined;
  }

  flag(): boolean | undefined {
    if (typeof this.value === 'boolean' || this.value === undefined) return this.value;
    this.problem(`must be true or false, not ${describe(this.value)}`);
    return undefined;
  }

  /** The items of a list. An absent list has none. */
  items(): Field[] {
    if (this.value === undefined) return [];
    if (!Array.isArray(this.value)) {
      this.problem(`must be a list, not ${describe(this.value)}`);
      return [];
    }
    return this.value.map((item: unknown, index) => new Field(item, [...this.path, index], this.subject));
  }

  /** The members of a map, in the order of the file. An absent map has none. */
  entries(): (readonly [string, Field])[] {
    if (this.value === undefined) return [];
    if (!isRecord(this.value)) {
      this.problem(`must be a map, not ${describe(this.value)}`);
      return [];
    }
    return Object.entries(this.value).map(([key, value]) => [key, new Field(value, [...this.path, key], this.subject)]);
  }

  /** Notes every member that is none of `known`: strict decoding, as kubectl asks it of the API server. */
  allowOnly(known: readonly string[]): void {
    for (const [key, member] of this.entries()) {
      if (known.includes(key)) continue;
      member.problem('is not a field that Kubernetes knows', {
        which: 'key',
        hint: didYouMean(key, known) ?? `Known here: ${known.join(', ')}.`,
      });
    }
  }

  /** Notes that this value is wrong. `message` goes on from the field's path: `must be …`. */
  problem(message: string, { hint, which }: { hint?: string | undefined; which?: 'key' | 'value' } = {}): void {
    this.subject.problems.push({
      position: this.subject.positionOf(this.path, which),
      message: shorten(`${this.subject.name}: ${formatPath(this.path)} ${message}`),
      hint,
    });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `spec.ingress[0].from[1]`; any other key in brackets: `metadata.labels[app.kubernetes.io/name]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number' || /[^\w-]/.test(part)) text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text === '' ? 'the object' : text;
}

/** A value as an error names it: `the number 5`, `"web"`, `a list`. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  return String(value);
}

/** A message that quotes what was written, however long that was. */
function shorten(message: string): string {
  const words = message.replace(/\S{300,}/g, (word) => `${word.slice(0, 60)}… (${word.length} characters)`);
  return words.length > 2000 ? `${words.slice(0, 1000)} … ${words.slice(-200)}` : words;
}

/** What is true or false may have been written otherwise: as yes, or off. */
function quoteHint(value: unknown): string | undefined {
  if (typeof value === 'number') return `Quote it: "${value}".`;
  return typeof value === 'boolean' ? 'Put it in quotes, as it is written there.' : undefined;
}
