import type { ClassRegistry, PodClass } from '../classes/classes.ts';
import { namesOfPorts, portsTowards, type RulePorts } from '../rules/compile.ts';
import { ALL, NONE, type SetId } from '../sets/connection-table.ts';
import type { AddressSet } from '../sets/addresses.ts';
import { undefinedNamespaceNote } from '../ends/namespaces.ts';
import type { NotesId } from '../sets/note-table.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import type { SideTable } from '../sets/side-table.ts';
import { strangersTo, type Strangers } from './strangers.ts';
import type { Verdict } from '../tiers/chain.ts';
import { enforcementNotes } from '../tiers/notes.ts';
import { runProgram, type Algebra, type Program } from '../tiers/program.ts';
import { cellsOf, matchSpot, meetingOf, outcomeAt, spotsOf, type Spot } from './tier-spots.ts';
import type { Whereabouts } from '../dialects/whereabouts.ts';

/** What a part of a tier makes of all connections between a class and a spot. */
export interface Said extends Verdict<SetId> {
  readonly id: number;
  readonly notes: NotesId;
}

/** What is known of a program. */
interface Memo {
  readonly cells: readonly AddressSet[];
  /** By the index of the peer's class. */
  readonly verdicts: Said[];
  readonly strangers: Strangers | undefined;
  /** Towards strangers: pods of the same whereabouts, or nodes, are answered alike. */
  readonly ofStrangers: Readonly<Record<'pods' | 'nodes', Map<Whereabouts, Said>>>;
}

/** What programs say, each towards each class once, and once towards all classes that its rules do not select. */
export class TierVerdicts {
  readonly algebra: Algebra<SetId>;
  readonly #registry: ClassRegistry;
  readonly #matcher: PeerMatcher;
  readonly #table: SideTable;
  readonly #memos = new Map<Program, Memo>();
  readonly #ports = new Map<RulePorts, SetId>();
  #count = 0;

  constructor(registry: ClassRegistry, matcher: PeerMatcher, table: SideTable) {
    this.#registry = registry;
    this.#matcher = matcher;
    this.#table = table;
    const { connections } = table;
    this.algebra = {
      none: NONE,
      all: ALL,
      union: (a, b) => connections.union(a, b),
      intersect: (a, b) => connections.intersect(a, b),
      subtract: (a, b) => connections.subtract(a, b),
    };
  }

  towards(program: Program, subject: PodClass, peer: PodClass): Said {
    const memo = this.#memoOf(program);
    const { verdicts, strangers, ofStrangers } = memo;
    const known = verdicts[peer.index];
    if (known !== undefined) return known;
    const isStranger = strangers?.has(peer.index) === true;
    const group = ofStrangers[peer.example.hostNetwork ? 'nodes' : 'pods'];
    const shared = isStranger ? group.get(peer.whereabouts) : undefined;
    const said = shared ?? this.#ask(program, memo, subject, peer);
    verdicts[peer.index] = said;
    if (isStranger) group.set(peer.whereabouts, said);
    return said;
  }

  at(program: Program, subject: PodClass, perhaps: readonly Spot[], surely: readonly Spot[] = perhaps): Said {
    const { connections, notes } = this.#table;
    const said = new Set<string>();
    const outcome = outcomeAt({ perhaps, surely }, this.algebra, (spot) =>
      runProgram(program, this.algebra, (rule, selected, open) => {
        const ports = this.#portsOf(rule.ports, program.direction === 'ingress' ? subject : spot.peer);
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
    return { ...outcome, id: this.#count++, notes: notes.intern([...said]) };
  }

  #ask(program: Program, { cells }: Memo, subject: PodClass, peer: PodClass): Said {
    const { perhaps, surely } = spotsOf(peer, cells);
    return this.at(program, subject, perhaps, surely);
  }

  #memoOf(program: Program): Memo {
    const known = this.#memos.get(program);
    if (known !== undefined) return known;
    const memo: Memo = {
      cells: cellsOf(program),
      verdicts: [],
      strangers: strangersTo(program, this.#registry, this.#matcher),
      ofStrangers: { pods: new Map(), nodes: new Map() },
    };
    this.#memos.set(program, memo);
    return memo;
  }

  /** Without names they are the same everywhere. */
  #portsOf(ports: RulePorts, destination: PodClass | undefined): SetId {
    const { connections } = this.#table;
    const known = this.#ports.get(ports);
    if (known !== undefined) return known;
    const found = connections.intern(portsTowards(ports, destination?.example));
    if (namesOfPorts(ports).length === 0) this.#ports.set(ports, found);
    return found;
  }
}
