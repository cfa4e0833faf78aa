import type { Direction } from '../../../requirements/model.ts';
import { AddressSet } from '../sets/addresses.ts';
import type { ClassRegistry, PodClass } from '../classes/classes.ts';
import { ALL, NONE } from '../sets/connection-table.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import type { Side, SideTable } from '../sets/side-table.ts';
import { besideIsolation, programsIn, runChain } from '../tiers/chain.ts';
import { endNotes } from '../tiers/notes.ts';
import type { Program } from '../tiers/program.ts';
import { outerCellsOf } from './tier-spots.ts';
import type { Tiers } from '../tiers/table.ts';
import { TierVerdicts, type Said } from './tier-verdicts.ts';

/** Addresses outside towards which one end's policies say the same. */
export interface SidePart {
  readonly addresses: AddressSet;
  readonly side: Side;
  /** Together they are `addresses`; towards each, the same rules say it. */
  readonly pieces: readonly AddressSet[];
}

interface Memo {
  readonly programs: readonly Program[];
  /** By the side of the NetworkPolicies and what each program says. */
  readonly sides: Map<string, Side>;
}

/** Puts the policies in tiers around what the policies of namespaces say. */
export class TierSides {
  readonly #table: SideTable;
  readonly #verdicts: TierVerdicts;
  readonly #memos = new Map<Tiers, Memo>();

  constructor(registry: ClassRegistry, matcher: PeerMatcher, table: SideTable) {
    this.#table = table;
    this.#verdicts = new TierVerdicts(registry, matcher, table);
  }

  /** `side` is what the policies of the subject's namespace say. */
  around(subject: PodClass, direction: Direction, peer: PodClass, side: Side): Side {
    return this.#around(subject.tiers[direction], side, (program) => this.#verdicts.towards(program, subject, peer));
  }

  /** All is allowed that no admin policy denies. */
  beneath(subject: PodClass, direction: Direction, peer: PodClass): Side {
    const tiers = besideIsolation(subject.tiers[direction]);
    return this.#run(tiers, this.#table.allowed, (program) => this.#verdicts.towards(program, subject, peer));
  }

  /** Likewise for addresses outside; `parts` cover them all. */
  aroundAddresses(subject: PodClass, direction: Direction, parts: readonly SidePart[]): readonly SidePart[] {
    const tiers = subject.tiers[direction];
    const found = new Map<Side, AddressSet[]>();
    for (const cell of outerCellsOf({ rules: this.#memoOf(tiers).programs.flatMap(({ rules }) => rules) })) {
      const said = new Map<Program, Said>();
      const ask = (program: Program): Said => {
        const known = said.get(program) ?? this.#verdicts.at(program, subject, [{ cell }]);
        said.set(program, known);
        return known;
      };
      for (const { addresses, side } of parts) {
        const common = addresses.intersect(cell);
        if (common.isEmpty) continue;
        const whole = this.#around(tiers, side, ask);
        found.set(whole, [...(found.get(whole) ?? []), common]);
      }
    }
    return [...found].map(([side, pieces]) => ({ addresses: unionOf(pieces), side, pieces }));
  }

  #around(tiers: Tiers, side: Side, ask: (program: Program) => Said): Side {
    const { programs, sides } = this.#memoOf(tiers);
    let key = `${side.id}`;
    for (const program of programs) key += ` ${ask(program).id}`;
    const known = sides.get(key) ?? this.#run(tiers, side, ask);
    sides.set(key, known);
    return known;
  }

  #run({ chain, remarks }: Pick<Tiers, 'chain' | 'remarks'>, side: Side, ask: (program: Program) => Said): Side {
    const { connections, notes } = this.#table;
    let said = remarks.length === 0 ? 0 : notes.intern(remarks);
    if (chain.length === 0) return this.#table.side(side.allowed, side.unknown, notes.union(said, side.notes));
    const { accept, deny } = runChain(chain, this.#verdicts.algebra, {
      part: (part) => {
        const found = part === 'policies' ? this.#ofPolicies(side) : ask(part);
        said = notes.union(said, part === 'policies' ? side.notes : ask(part).notes);
        return found;
      },
      end: (tier) => {
        if (tier.notes.length > 0 || tier.endedBy.length > 0) said = notes.union(said, notes.intern(endNotes(tier)));
      },
    });
    return this.#table.side(connections.subtract(accept, deny), accept, said);
  }

  /** NetworkPolicies allow, and leave the rest to the end of their tier. */
  #ofPolicies({ allowed, unknown }: Side): Omit<Said, 'id' | 'notes'> {
    const { connections } = this.#table;
    const rest = connections.subtract(ALL, allowed);
    const none = { perhaps: NONE, surely: NONE };
    const accept = connections.union(allowed, unknown);
    return { accept, deny: NONE, pass: none, rest: { perhaps: rest, surely: rest } };
  }

  #memoOf(tiers: Tiers): Memo {
    const memo = this.#memos.get(tiers) ?? { programs: programsIn(tiers.chain), sides: new Map<string, Side>() };
    this.#memos.set(tiers, memo);
    return memo;
  }
}

function unionOf(sets: readonly AddressSet[]): AddressSet {
  return sets.reduce((sum, set) => sum.union(set), AddressSet.EMPTY);
}
