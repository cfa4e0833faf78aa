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
  /** Workloads by name, then services, then addresses and names outside. */
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

/** Workloads, then services, then what is outside; each by name. */
function byPlace(a: string, b: string): number {
  const order = rankOf(a) - rankOf(b);
  return order !== 0 ? order : a < b ? -1 : a > b ? 1 : 0;
}

function rankOf(end: string): number {
  if (isService(end)) return 1;
  const outside = end === 'outsider' || end === 'outside' || (!end.endsWith(']') && /[.:]/u.test(end));
  return outside ? 2 : 0;
}

function isService(end: string): boolean {
  return end.endsWith('[Service]');
}

/**
 * What a picture calls each end: without its kind, unless it is a service or another workload has the same name;
 * and without its namespace, where all have the same.
 */
export function shortNames(ends: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...new Set(ends)];
  const withoutKind = (end: string): string => (isService(end) ? end : end.replace(/\[\w+\]$/u, ''));
  const uses = Map.groupBy(all, withoutKind);
  const only = onlyNamespace(all);
  return new Map(
    all.map((end) => {
      const name = uses.get(withoutKind(end))?.length === 1 ? withoutKind(end) : end;
      return [end, only !== undefined && namespaceOf(end) === only ? name.slice(only.length + 1) : name];
    }),
  );
}

/** The namespace of every end that has one, if it is the same. */
export function onlyNamespace(ends: Iterable<string>): string | undefined {
  const namespaces = new Set([...ends].map(namespaceOf).filter((name) => name !== 'outside' && name !== 'outsider'));
  return namespaces.size === 1 ? [...namespaces][0] : undefined;
}
