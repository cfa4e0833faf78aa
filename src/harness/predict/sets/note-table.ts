/** The identity of a set of notes; 0 is the empty set. */
export type NotesId = number;

/** Sets of notes by number, so that a million predictions can share the few that there are. */
export class NoteTable {
  readonly #sets: (readonly string[])[] = [[]];
  readonly #ids = new Map<string, NotesId>([['[]', 0]]);

  intern(notes: readonly string[]): NotesId {
    const sorted = [...new Set(notes)].sort();
    const key = JSON.stringify(sorted);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#sets.push(sorted);
    this.#ids.set(key, this.#sets.length - 1);
    return this.#sets.length - 1;
  }

  get(id: NotesId): readonly string[] {
    return this.#sets[id] ?? [];
  }

  union(a: NotesId, b: NotesId): NotesId {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    return this.intern([...this.get(a), ...this.get(b)]);
  }
}
