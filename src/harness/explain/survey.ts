import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Allowance, Decision, Party, Predictor } from '../predict/model.ts';
import { Blocks } from './blocks.ts';
import { isFew } from './connections-text.ts';
import { rulesKey, type Part } from './parts.ts';
import { endsOf, nameOf, type Ends, type Storyteller } from './story.ts';

/** One source and one destination, and what is asked about them. */
export interface Pair {
  readonly from: Party;
  readonly to: Party;
  readonly connections: ConnectionSet;
}

/** Pairs that the same rules decide alike. */
export interface Deciding {
  readonly outcome: Allowance;
  /** The decision of one of them. */
  readonly decision: Decision;
  /** One of them; where there is one, with a port that is worth asking about. */
  example: Pair;
  readonly blocks: Blocks;
  pairs: number;
}

/** How many pairs have something that is allowed, that is denied, that is not known. */
export type Counts = Readonly<Record<Allowance | 'all', number>>;

/** Who reaches whom, by the rules that decide. Pods that no policy tells apart are asked about once. */
export class Survey {
  readonly #predictor: Predictor;
  readonly #teller: Storyteller;
  readonly #groups = new Map<string, Deciding>();
  readonly #known = new Map<string, readonly Part[]>();
  readonly #assumptions = new Set<string>();
  readonly #counts = { all: 0, allowed: 0, denied: 0, unknown: 0 };

  constructor(predictor: Predictor, teller: Storyteller) {
    this.#predictor = predictor;
    this.#teller = teller;
  }

  add({ from, to, connections }: Pair): void {
    this.#counts.all += 1;
    const outcomes = new Set<Allowance>();
    for (const ends of endsOf(this.#predictor, from, to)) {
      const parts = this.#partsOf(ends, connections);
      for (const { decision } of parts) {
        if (decision.outcome !== 'unknown' && decision.reason !== undefined) this.#assumptions.add(decision.reason);
      }
      for (const [key, part] of byRules(parts)) {
        outcomes.add(part.decision.outcome);
        this.#record(key, ends, part);
      }
    }
    for (const outcome of outcomes) this.#counts[outcome] += 1;
  }

  /** What is assumed in what is allowed or denied, as sentences. */
  get assumptions(): readonly string[] {
    return [...this.#assumptions];
  }

  get counts(): Counts {
    return this.#counts;
  }

  /** Those of one outcome, the largest first. */
  groups(outcome: Allowance): readonly Deciding[] {
    return [...this.#groups.values()].filter((one) => one.outcome === outcome).sort((a, b) => b.pairs - a.pairs);
  }

  #record(key: string, { from, to }: Ends, { connections, decision }: Part): void {
    const pair = { from, to, connections };
    const group = this.#groups.get(key) ?? {
      outcome: decision.outcome,
      decision,
      example: pair,
      blocks: new Blocks(),
      pairs: 0,
    };
    const { example } = group;
    if (worthAsking(example.to, example.connections) === undefined) group.example = pair;
    this.#groups.set(key, group);
    group.pairs += 1;
    group.blocks.add(nameOf(from), nameOf(to), connections);
  }

  #partsOf(ends: Ends, connections: ConnectionSet): readonly Part[] {
    const key = this.#keyOf(ends, connections);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const parts = this.#teller.partsOf(ends, connections);
    // A reason names the very workloads.
    if (key !== undefined && parts.every(({ decision }) => decision.outcome !== 'unknown')) this.#known.set(key, parts);
    return parts;
  }

  /** Undefined where more than the class decides: where a pod runs, or an address. */
  #keyOf({ from, to }: Ends, connections: ConnectionSet): string | undefined {
    if (from.kind !== 'workload' || to.kind !== 'workload') return undefined;
    if (from.workload.hostNetwork || to.workload.hostNetwork) return undefined;
    const { ports } = to.workload;
    return JSON.stringify([
      this.#predictor.classOf(from.workload),
      this.#predictor.classOf(to.workload),
      connections.format(),
      ports.map(({ protocol, port }) => [protocol, port]),
    ]);
  }
}

/** Some ports that somebody may want to open; of nearly all, one that the destination declares. */
export function worthAsking(to: Party, connections: ConnectionSet): ConnectionSet | undefined {
  if (isFew(connections)) return connections;
  const ports = to.kind === 'workload' ? to.workload.ports : [];
  const wanted = ports.find(({ protocol, port }) => connections.contains(protocol, port));
  return wanted && ConnectionSet.port(wanted.protocol, wanted.port);
}

function byRules(parts: readonly Part[]): ReadonlyMap<string, Part> {
  const found = new Map<string, Part>();
  for (const part of parts) {
    const key = rulesKey(part.decision);
    const same = found.get(key);
    found.set(key, same === undefined ? part : { ...same, connections: same.connections.union(part.connections) });
  }
  return found;
}
