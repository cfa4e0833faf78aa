import type { Inventory } from '../inventory/model.ts';
import { PROTOCOLS } from '../../requirements/model.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { Decision, Party } from '../predict/model.ts';
import { Selectors } from '../suggest/selectors.ts';
import { candidatesFor, type DeniedEnd } from './candidates.ts';
import type { Edit } from './edits.ts';
import { Effects, type Effect, type Opened } from './effects.ts';

/** What would let a connection through at an end that denies it. */
export interface Change {
  readonly end: DeniedEnd;
  /** Absent: no rule of ours would do. */
  readonly edit?: Edit;
  /** What else that end would let through; nothing where labels can tell it apart. */
  readonly opens: readonly Opened[];
}

/**
 * The smallest change that lets a connection through: one edit for each end that denies it, each of which is needed.
 * Small is what lets the least else through; among equals, what is the least to write. Each is tried by the engine
 * before it is told, and one that would close something is none.
 */
export class Changes {
  readonly #inventory: Inventory;
  readonly #selectors: Selectors;
  readonly #effects: Effects;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#selectors = new Selectors(inventory);
    this.#effects = new Effects(inventory);
  }

  /** @param decision that of every connection of the set */
  for(from: Party, to: Party, connections: ConnectionSet, { egress, ingress }: Decision): readonly Change[] {
    const ends: DeniedEnd[] = [];
    if (egress.outcome === 'denied' && from.kind === 'workload') {
      ends.push({ subject: from.workload, peer: to, direction: 'egress', side: egress, connections });
    }
    if (ingress.outcome === 'denied' && to.kind === 'workload') {
      ends.push({ subject: to.workload, peer: from, direction: 'ingress', side: ingress, connections });
    }
    return ends.map((end) => this.#smallest(end));
  }

  #smallest(end: DeniedEnd): Change {
    let best: { readonly edit: Edit; readonly effect: Effect } | undefined;
    for (const edit of candidatesFor(end, this.#inventory, this.#selectors)) {
      const effect = this.#effects.of(edit, end);
      if (!effect.suffices || effect.closes) continue;
      if (best === undefined || isLess(effect, best.effect)) best = { edit, effect };
      if (effect.opens.length === 0) break;
    }
    return best === undefined ? { end, opens: [] } : { end, edit: best.edit, opens: best.effect.opens };
  }
}

function isLess({ opens: a }: Effect, { opens: b }: Effect): boolean {
  return a.length - b.length < 0 || (a.length === b.length && portsIn(a) < portsIn(b));
}

function portsIn(opens: readonly Opened[]): number {
  const size = (set: ConnectionSet): number =>
    PROTOCOLS.flatMap((protocol) => set.intervals(protocol)).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return opens.reduce((sum, { connections }) => sum + size(connections), 0);
}
