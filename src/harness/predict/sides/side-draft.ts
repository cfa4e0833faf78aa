import type { PodClass } from '../classes/classes.ts';
import { NONE, type SetId } from '../sets/connection-table.ts';
import type { AddressPart, Side, SideTable } from '../sets/side-table.ts';
import type { Whereabouts } from '../dialects/whereabouts.ts';

/** What the blocks of one end allow towards workloads of the same whereabouts. */
interface BlockSets {
  readonly surely: SetId;
  readonly perhaps: SetId;
  /** Were the workload anywhere at all. */
  readonly anywhere: SetId;
}

/** One end's sets towards every class, while they are being gathered. */
export class SideDraft {
  readonly #table: SideTable;
  readonly #allowed: Int32Array;
  readonly #perhaps: Int32Array;
  readonly #notes: Int32Array;

  constructor(classes: number, table: SideTable) {
    this.#table = table;
    this.#allowed = new Int32Array(classes);
    this.#perhaps = new Int32Array(classes);
    this.#notes = new Int32Array(classes);
  }

  allow(index: number, set: SetId): void {
    this.#allowed[index] = this.#table.connections.union(this.#allowed[index] ?? NONE, set);
  }

  /** `set` may be allowed: that is not known. */
  doubt(index: number, set: SetId): void {
    this.#perhaps[index] = this.#table.connections.union(this.#perhaps[index] ?? NONE, set);
  }

  note(index: number, ...notes: readonly string[]): void {
    this.#notes[index] = this.#table.notes.union(this.#notes[index] ?? 0, this.#table.notes.intern(notes));
  }

  /** Adds what ipBlocks allow, `parts`, towards the addresses that workloads have or may have. Call after `allow`. */
  addBlocks(classes: readonly PodClass[], parts: readonly AddressPart[]): void {
    const { connections } = this.#table;
    const memo = new Map<Whereabouts, BlockSets>();
    for (const { index, whereabouts } of classes) {
      const blocks = memo.get(whereabouts) ?? this.#blockSets(whereabouts, parts);
      memo.set(whereabouts, blocks);
      const before = this.#allowed[index] ?? NONE;
      const adds = (set: SetId): boolean => connections.union(before, set) !== before;
      this.allow(index, blocks.surely);
      this.doubt(index, blocks.perhaps);
      if (adds(blocks.perhaps)) this.note(index, whereabouts.reading);
      if (whereabouts.assumption !== undefined && adds(blocks.anywhere)) this.note(index, whereabouts.assumption);
    }
  }

  /** Towards most classes one end says the same as towards the class before: those need not be looked up. */
  finish(): readonly Side[] {
    let last: Side | undefined;
    return Array.from(this.#allowed, (allowed, index) => {
      last = last !== undefined && this.#isAsBefore(index) ? last : this.#side(allowed, index);
      return last;
    });
  }

  #side(allowed: SetId, index: number): Side {
    return this.#table.side(allowed, this.#perhaps[index] ?? NONE, this.#notes[index] ?? 0);
  }

  #isAsBefore(index: number): boolean {
    const isSame = (ids: Int32Array): boolean => ids[index] === ids[index - 1];
    return isSame(this.#allowed) && isSame(this.#perhaps) && isSame(this.#notes);
  }

  #blockSets({ surely, perhaps }: Whereabouts, parts: readonly AddressPart[]): BlockSets {
    const { connections } = this.#table;
    const union = (found: readonly AddressPart[]): SetId =>
      found.reduce((sum, { allowed }) => connections.union(sum, allowed), NONE);
    const met = parts.filter(({ addresses }) => addresses.overlaps(surely));
    const [first = { allowed: NONE }, ...others] = met;
    return {
      surely: others.reduce((common, { allowed }) => connections.intersect(common, allowed), first.allowed),
      perhaps: union(parts.filter(({ addresses }) => addresses.overlaps(perhaps))),
      anywhere: union(parts),
    };
  }
}
