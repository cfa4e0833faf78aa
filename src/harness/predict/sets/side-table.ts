import type { AddressSet } from './addresses.ts';
import { ALL, NONE, type ConnectionTable, type SetId } from './connection-table.ts';
import type { ConnectionSet } from './connections.ts';
import type { NotesId, NoteTable } from './note-table.ts';

/** What one end's policies say: sets that are allowed and unknown, disjoint; the rest is denied. */
export interface Side {
  readonly id: number;
  readonly allowed: SetId;
  readonly unknown: SetId;
  readonly notes: NotesId;
}

/** Addresses towards which one end's policies allow the same. */
export interface AddressPart {
  readonly addresses: AddressSet;
  readonly allowed: SetId;
}

/** What both ends together say, for people. */
export interface Both {
  readonly allowed: ConnectionSet;
  readonly unknown: ConnectionSet;
  readonly notes: readonly string[];
}

/** Every distinct side once, and every distinct pair of sides once. */
export class SideTable {
  readonly connections: ConnectionTable;
  readonly notes: NoteTable;
  readonly #sides = new Map<string, Side>();
  /** By the id of egress, then by that of ingress. */
  readonly #both: Map<number, Both>[] = [];
  readonly allowed: Side;
  readonly denied: Side;
  readonly unknown: Side;

  constructor(connections: ConnectionTable, notes: NoteTable) {
    this.connections = connections;
    this.notes = notes;
    this.allowed = this.side(ALL, NONE, 0);
    this.denied = this.side(NONE, NONE, 0);
    this.unknown = this.side(NONE, ALL, 0);
  }

  /** `perhaps` may overlap `allowed`; what is allowed is not unknown. */
  side(allowed: SetId, perhaps: SetId, notes: NotesId): Side {
    const unknown = this.connections.subtract(perhaps, allowed);
    const key = `${allowed} ${unknown} ${notes}`;
    const known = this.#sides.get(key);
    if (known) return known;
    const side: Side = { id: this.#sides.size, allowed, unknown, notes };
    this.#sides.set(key, side);
    return side;
  }

  /** Egress and ingress must both allow. */
  both(egress: Side, ingress: Side): Both {
    const memo = (this.#both[egress.id] ??= new Map<number, Both>());
    const known = memo.get(ingress.id);
    if (known) return known;
    const both = this.#combine(egress, ingress);
    memo.set(ingress.id, both);
    return both;
  }

  #combine(egress: Side, ingress: Side): Both {
    const { connections, notes } = this;
    const possible = (side: Side): SetId => connections.union(side.allowed, side.unknown);
    const allowed = connections.intersect(egress.allowed, ingress.allowed);
    const perhaps = connections.intersect(possible(egress), possible(ingress));
    // Where one end surely denies all, and rests on nothing, nothing rests on the other end.
    const closes = (side: Side): boolean => possible(side) === NONE && side.notes === 0;
    const isClosed = closes(egress) || closes(ingress);
    return {
      allowed: connections.get(allowed),
      unknown: connections.get(connections.subtract(perhaps, allowed)),
      notes: isClosed ? [] : notes.get(notes.union(egress.notes, ingress.notes)),
    };
  }
}
