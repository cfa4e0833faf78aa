import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';

/** From a document's root to a value: keys and indexes. */
export type Path = readonly (string | number)[];

/** Where one value stands in the text, and where its parts do. Offsets are characters from the text's start. */
export interface Place {
  at: number;
  /** A mapping's own keys. */
  entries?: Map<string, Entry>;
  /** A sequence's items. */
  items?: Place[];
  /** What `<<` merges into a mapping, in the order of precedence. */
  merged?: Place[];
  /** An alias inside the very value that it names: there is no end to unfolding it. */
  recursive?: boolean;
  /** How many values this one is, aliases unfolded. */
  size: number;
}

interface Entry {
  readonly key: number;
  readonly value: Place;
}

export interface Duplicate {
  readonly key: string;
  readonly first: number;
  readonly second: number;
}

/** The places of one text's documents. */
export interface Places {
  readonly documents: readonly Place[];
  readonly duplicates: readonly Duplicate[];
  /** Offset of an alias inside its own anchor. */
  readonly recursion: number | undefined;
  /** Offset of the first key that is itself a list or a map. */
  readonly complexKey: number | undefined;
}

interface Frame {
  readonly kind: 'document' | 'sequence' | 'mapping';
  readonly place: Place;
  readonly anchor: string | undefined;
  key?: { readonly name: string; readonly at: number } | undefined;
}

/** Builds the places from the parser's events. `text` is what the events were parsed from. */
export function buildPlaces(text: string, events: readonly Event[]): Places {
  return new PlaceBuilder(text).build(events);
}

class PlaceBuilder {
  readonly #text: string;
  readonly #frames: Frame[] = [];
  readonly #documents: Place[] = [];
  readonly #duplicates: Duplicate[] = [];
  #anchors = new Map<string, Place>();
  #recursion: number | undefined;
  #complexKey: number | undefined;
  /** The last offset seen: where an empty value, which has no offset, is said to stand. */
  #last = 0;

  constructor(text: string) {
    this.#text = text;
  }

  build(events: readonly Event[]): Places {
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          this.#anchors = new Map();
          this.#frames.push({ kind: 'document', place: { at: this.#last, size: 0 }, anchor: undefined });
          break;
        case EVENT_ID.SEQUENCE:
        case EVENT_ID.MAPPING:
          this.#open(event.type === EVENT_ID.SEQUENCE ? 'sequence' : 'mapping', event.start, this.#anchorOf(event));
          break;
        case EVENT_ID.SCALAR:
          this.#scalar(event);
          break;
        case EVENT_ID.ALIAS:
          this.#alias(event.anchorStart, this.#text.slice(event.anchorStart, event.anchorEnd));
          break;
        case EVENT_ID.POP:
          this.#close();
          break;
      }
    }
    return {
      documents: this.#documents,
      duplicates: this.#duplicates,
      recursion: this.#recursion,
      complexKey: this.#complexKey,
    };
  }

  #anchorOf(event: { anchorStart: number; anchorEnd: number }): string | undefined {
    return event.anchorStart === -1 ? undefined : this.#text.slice(event.anchorStart, event.anchorEnd);
  }

  #open(kind: 'sequence' | 'mapping', at: number, anchor: string | undefined): void {
    this.#last = at;
    const place: Place = kind === 'sequence' ? { at, size: 1, items: [] } : { at, size: 1, entries: new Map() };
    // Known under its anchor from now on, as not yet ended: an alias to it from within is recursion.
    if (anchor !== undefined) this.#anchors.set(anchor, { at, size: 1, recursive: true });
    this.#frames.push({ kind, place, anchor });
  }

  #scalar(event: ScalarEvent): void {
    if (event.valueStart !== -1) this.#last = event.valueStart - (isQuoted(event) ? 1 : 0);
    const place = { at: this.#last, size: 1 };
    const anchor = this.#anchorOf(event);
    if (anchor !== undefined) this.#anchors.set(anchor, place);
    this.#add(place, () => getScalarValue(this.#text, event));
  }

  #alias(at: number, name: string): void {
    this.#last = at - 1;
    const target = this.#anchors.get(name);
    if (target?.recursive) this.#recursion ??= this.#last;
    this.#add({ ...(target ?? { size: 1 }), at: this.#last }, () => undefined);
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    if (frame.kind === 'document') {
      this.#documents.push(frame.place);
      return;
    }
    if (frame.anchor !== undefined) this.#anchors.set(frame.anchor, frame.place);
    this.#add(frame.place, () => undefined);
  }

  /** Puts a finished value into what encloses it. */
  #add(place: Place, text: () => string | undefined): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    const parent = frame.place;
    if (frame.kind === 'document') Object.assign(parent, place);
    else if (frame.kind === 'sequence') {
      parent.items?.push(place);
      parent.size += place.size;
    } else if (frame.key === undefined) {
      if (place.entries !== undefined || place.items !== undefined) this.#complexKey ??= place.at;
      frame.key = { name: text() ?? '', at: place.at };
    } else {
      this.#addEntry(parent, frame.key, place);
      frame.key = undefined;
    }
  }

  #addEntry(parent: Place, { name, at }: { name: string; at: number }, value: Place): void {
    parent.size += value.size + 1;
    if (name === '<<') {
      parent.merged = [...(parent.merged ?? []), ...(value.items ?? [value])];
      return;
    }
    const earlier = parent.entries?.get(name);
    if (earlier === undefined) parent.entries?.set(name, { key: at, value });
    else this.#duplicates.push({ key: name, first: earlier.key, second: at });
  }
}

function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

/** Offset of the value at `path` (or of its key); of its nearest parent that is there, where it is not. */
export function findPlace(root: Place, path: Path, which: 'key' | 'value'): number {
  let place = root;
  let at = root.at;
  for (const [index, step] of path.entries()) {
    const entry = place.entries || place.merged ? findEntry(place, String(step)) : undefined;
    const next = entry?.value ?? (typeof step === 'number' ? place.items?.[step] : undefined);
    if (next === undefined) return at;
    const isLast = index === path.length - 1;
    at = isLast && which === 'key' && entry !== undefined ? entry.key : next.at;
    place = next;
  }
  return at;
}

function findEntry(place: Place, key: string): Entry | undefined {
  const own = place.entries?.get(key);
  if (own !== undefined) return own;
  for (const source of place.merged ?? []) {
    const inherited = findEntry(source, key);
    if (inherited !== undefined) return inherited;
  }
  return undefined;
}
