import type { Direction } from '../../requirements/model.ts';
import { AddressSet } from './addresses.ts';
import type { PodClass } from './classes.ts';
import { portsTowards } from './compile.ts';
import { ALL, NONE, type SetId } from './connection-table.ts';
import { undefinedNamespaceNote } from './namespaces.ts';
import type { NotesId } from './note-table.ts';
import type { PeerMatcher } from './peer-matcher.ts';
import type { Side, SideTable } from './side-table.ts';
import { runProgram, type Algebra, type Outcome, type Program } from './tier-program.ts';
import { cellsOf, outerCellsOf, matchSpot, meetingOf, outcomeAt, spotsOf, type Spot } from './tier-spots.ts';
import type { Tiers } from './tier-table.ts';

/** What a tier makes of all connections between a class and a spot. */
interface Verdict extends Outcome<SetId> {
  readonly notes: NotesId;
}

/** Addresses outside towards which one end's policies say the same. */
export interface SidePart {
  readonly addresses: AddressSet;
  readonly side: Side;
}

/**
 * Puts the admin policies around what the policies of namespaces say: those of the admin tier first, those of the
 * baseline where no policy isolates. https://network-policy-api.sigs.k8s.io/api-overview/
 */
export class TierSides {
  readonly #matcher: PeerMatcher;
  readonly #table: SideTable;
  readonly #algebra: Algebra<SetId>;
  readonly #cells = new Map<Program, readonly AddressSet[]>();
  /** By program, then by the index of the peer's class. */
  readonly #verdicts = new Map<Program, Verdict[]>();

  constructor(matcher: PeerMatcher, table: SideTable) {
    this.#matcher = matcher;
    this.#table = table;
    const { connections } = table;
    this.#algebra = {
      none: NONE,
      all: ALL,
      union: (a, b) => connections.union(a, b),
      intersect: (a, b) => connections.intersect(a, b),
      subtract: (a, b) => connections.subtract(a, b),
    };
  }

  /** `side` is what the policies of the subject's namespace say. */
  around(subject: PodClass, direction: Direction, peer: PodClass, side: Side): Side {
    const tiers = subject.tiers[direction];
    const verdict = (program: Program): Verdict => this.#towards(program, subject, peer);
    return this.#around(tiers, subject.isolatedBy[direction].length > 0, side, verdict);
  }

  /** Likewise for addresses outside; `parts` cover them all. */
  aroundAddresses(subject: PodClass, direction: Direction, parts: readonly SidePart[]): readonly SidePart[] {
    const tiers = subject.tiers[direction];
    const isolated = subject.isolatedBy[direction].length > 0;
    const found = new Map<Side, AddressSet>();
    for (const cell of this.#commonCells(tiers, isolated)) {
      const verdict = (program: Program): Verdict => this.#at(program, subject, [{ cell }]);
      for (const { addresses, side } of parts) {
        const common = addresses.intersect(cell);
        if (common.isEmpty) continue;
        const whole = this.#around(tiers, isolated, side, verdict);
        found.set(whole, (found.get(whole) ?? AddressSet.EMPTY).union(common));
      }
    }
    return [...found].map(([side, addresses]) => ({ addresses, side }));
  }

  #around(
    { admin, baseline, remarks }: Tiers,
    isolated: boolean,
    side: Side,
    verdict: (program: Program) => Verdict,
  ): Side {
    const { connections, notes } = this.#table;
    const first = admin === undefined ? { accept: NONE, deny: NONE, pass: ALL, notes: 0 } : verdict(admin);
    let may = connections.union(side.allowed, side.unknown);
    let mayNot = connections.subtract(ALL, side.allowed);
    let said = side.notes;
    if (!isolated && baseline !== undefined) {
      const last = verdict(baseline);
      [may, mayNot, said] = [connections.union(last.accept, last.pass), last.deny, last.notes];
    }
    const allow = connections.union(first.accept, connections.intersect(first.pass, may));
    const deny = connections.union(first.deny, connections.intersect(first.pass, mayNot));
    const rests = notes.union(notes.intern(remarks), first.notes);
    return this.#table.side(
      connections.subtract(allow, deny),
      allow,
      first.pass === NONE ? rests : notes.union(rests, said),
    );
  }

  #commonCells({ admin, baseline }: Tiers, isolated: boolean): readonly AddressSet[] {
    const programs = [admin, isolated ? undefined : baseline].flatMap((program) => program ?? []);
    return outerCellsOf({ rules: programs.flatMap(({ rules }) => rules) });
  }

  #towards(program: Program, subject: PodClass, peer: PodClass): Verdict {
    const row = this.#verdicts.get(program) ?? [];
    this.#verdicts.set(program, row);
    const known = row[peer.index];
    if (known !== undefined) return known;
    const cells = this.#cells.get(program) ?? cellsOf(program);
    this.#cells.set(program, cells);
    const spots = spotsOf(peer, cells);
    return (row[peer.index] = this.#at(program, subject, spots.perhaps, spots.surely));
  }

  #at(program: Program, subject: PodClass, perhaps: readonly Spot[], surely: readonly Spot[] = perhaps): Verdict {
    const { connections, notes } = this.#table;
    const said = new Set<string>();
    const outcome = outcomeAt({ perhaps, surely }, this.#algebra, (spot) =>
      runProgram(program, this.#algebra, (rule, selected, open) => {
        const destination = program.direction === 'ingress' ? subject.example : spot.peer?.example;
        const ports = connections.intern(portsTowards(rule.ports, destination));
        if (connections.intersect(open, ports) === NONE) return { surely: NONE, perhaps: NONE };
        const match = matchSpot(rule, spot, this.#matcher);
        for (const note of match.notes) said.add(note);
        if (match.how !== 'no' && selected.match.startsWith('assumed'))
          said.add(undefinedNamespaceNote(subject.namespace));
        return meetingOf(match, selected, ports, NONE);
      }),
    );
    const decides = connections.union(outcome.accept, outcome.deny) !== NONE;
    for (const note of decides ? enforcementNotes(program) : []) said.add(note);
    return { ...outcome, notes: notes.intern([...said]) };
  }
}

/** What is assumed of the plugin, where a tier decides something. */
export function enforcementNotes({ kinds }: Program): readonly string[] {
  const notes = kinds
    .flat(2)
    .flatMap(({ policy: { enforcement } }) =>
      enforcement.kind === 'enforced' && enforcement.note !== undefined ? [enforcement.note] : [],
    );
  return [...new Set(notes)];
}
