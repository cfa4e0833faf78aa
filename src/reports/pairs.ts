import { standingOf } from '../harness/evidence/exit.ts';
import type { Evidence, EvidenceCell, EvidenceRequirement } from '../harness/evidence/schema.ts';

/**
 * What all requirements together say of one source and one destination. `open` and `blocked`: as required;
 * `partly`: open on some ports and blocked on others, as required.
 */
export type PairState = 'violated' | 'inconclusive' | 'untested' | 'accepted' | 'partly' | 'open' | 'blocked';

export interface Pair {
  readonly state: PairState;
  /** How many cells are in this state, and how many there are. */
  readonly cells: number;
  readonly total: number;
  /** The requirement that gave the state. */
  readonly requirement: EvidenceRequirement;
}

/** The matrix of a run: only pairs that a requirement has a cell for. */
export interface PairMatrix {
  /** Sorted by namespace, then name; addresses and names outside come last. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  pair(from: string, to: string): Pair | undefined;
}

/** In the order in which one hides another; the worst of a pair is shown. */
const RANK: readonly PairState[] = ['violated', 'inconclusive', 'untested', 'accepted', 'partly', 'open', 'blocked'];

/** The matrix of workloads and addresses; with `group`, of what it makes of them (their namespaces). */
export function pairMatrix({ requirements }: Evidence, group = (end: string): string => end): PairMatrix {
  const rows = new Map<string, Map<string, Pair>>();
  const destinations = new Set<string>();
  for (const requirement of requirements) {
    const accepted = standingOf(requirement) === 'accepted';
    for (const cell of requirement.cells) {
      const [from, to] = [group(cell.from), group(cell.to)];
      const row = rows.get(from) ?? new Map<string, Pair>();
      rows.set(from, row);
      destinations.add(to);
      row.set(
        to,
        merged(row.get(to), { state: stateOf(cell, requirement, accepted), cells: 1, total: 1, requirement }),
      );
    }
  }
  return {
    sources: [...rows.keys()].sort(byPlace),
    destinations: [...destinations].sort(byPlace),
    pair: (from, to) => rows.get(from)?.get(to),
  };
}

function stateOf({ verdict }: EvidenceCell, { expect }: EvidenceRequirement, accepted: boolean): PairState {
  if (verdict === 'met') return expect === 'mayReach' ? 'open' : 'blocked';
  return verdict === 'violated' && accepted ? 'accepted' : verdict;
}

function merged(a: Pair | undefined, b: Pair): Pair {
  if (a === undefined) return b;
  const total = a.total + b.total;
  if (a.state === b.state) return { ...a, cells: a.cells + b.cells, total };
  const met = (state: PairState): boolean => state === 'open' || state === 'blocked' || state === 'partly';
  if (met(a.state) && met(b.state)) return { ...a, state: 'partly', cells: total, total };
  return RANK.indexOf(a.state) <= RANK.indexOf(b.state) ? { ...a, total } : { ...b, total };
}

/** The namespace of a workload or service; what lies outside the cluster is `outside`, an outsider stays itself. */
export function namespaceOf(end: string): string {
  const match = /^([^/]+)\/[^/]+\[\w+\]$/u.exec(end);
  return match?.[1] ?? (end === 'outsider' ? end : 'outside');
}

function byPlace(a: string, b: string): number {
  const outside = Number(!inCluster(a)) - Number(!inCluster(b));
  return outside === 0 ? compare(a, b) : outside;
}

function inCluster(end: string): boolean {
  return end.endsWith(']') || (!end.includes('.') && !end.includes(':') && end !== 'outside' && end !== 'outsider');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `namespace/name` where that is enough to tell the ends apart, else with the kind. */
export function shortNames(ends: Iterable<string>): ReadonlyMap<string, string> {
  const short = (end: string): string => end.replace(/\[\w+\]$/u, '');
  const all = [...new Set(ends)];
  const uses = Map.groupBy(all, short);
  return new Map(all.map((end) => [end, uses.get(short(end))?.length === 1 ? short(end) : end]));
}
