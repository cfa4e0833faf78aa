import { formatSelector } from '../../requirements/selector.ts';
import type { TierRule } from './admin-compile.ts';
import { ALL_ADDRESSES, type AddressSet } from './addresses.ts';
import type { PodClass } from './classes.ts';
import type { PodPeer } from './compile.ts';
import { undefinedNamespaceNote } from './namespaces.ts';
import type { PeerMatcher } from './peer-matcher.ts';
import { nameRule } from './rule-match.ts';
import type { Algebra, Meeting, Outcome, Program, Selected } from './tier-program.ts';

/** One end of a connection as the rules of a tier see it. */
export interface Spot {
  /** Absent: addresses outside. */
  readonly peer?: PodClass;
  /** Where it is met, as far as the tier's networks tell addresses apart; absent: at an address that none covers. */
  readonly cell?: AddressSet;
}

/** Whether a rule names a spot, for all of the rule's ports. */
export interface SpotMatch {
  readonly how: 'yes' | 'perhaps' | 'no';
  /** Why it is not known. */
  readonly doubt?: string;
  /** What the answer rests on. */
  readonly notes: readonly string[];
}

/** The parts of all addresses that the networks of a tier tell apart; none if it has no networks. */
export function cellsOf({ rules }: Pick<Program, 'rules'>): readonly AddressSet[] {
  const sets = rules.map(({ networks }) => networks).filter((networks) => !networks.isEmpty);
  return sets.length === 0 ? [] : cut(sets);
}

/** Likewise for addresses outside, of which some networks are alone. */
export function outerCellsOf({ rules }: Pick<Program, 'rules'>): readonly AddressSet[] {
  return cut(rules.flatMap(({ networks, world }) => [networks, world]));
}

function cut(sets: readonly AddressSet[]): readonly AddressSet[] {
  return sets.reduce<readonly AddressSet[]>(
    (cells, set) =>
      cells.flatMap((cell) => [cell.intersect(set), cell.subtract(set)]).filter(({ isEmpty }) => !isEmpty),
    [ALL_ADDRESSES],
  );
}

/** Where a class may be met (`perhaps`), and where its pods surely are. */
export function spotsOf(
  peer: PodClass,
  cells: readonly AddressSet[],
): { readonly perhaps: readonly Spot[]; readonly surely: readonly Spot[] } {
  const { surely, perhaps } = peer.whereabouts;
  const at = (addresses: AddressSet): Spot[] =>
    cells.filter((cell) => cell.overlaps(addresses)).map((cell) => ({ peer, cell }));
  if (cells.length === 0) return { perhaps: [{ peer }], surely: [{ peer }] };
  if (!surely.isEmpty) return { perhaps: at(perhaps), surely: at(surely) };
  const anywhere = [...at(perhaps), { peer }];
  return { perhaps: anywhere, surely: anywhere };
}

/** The outcome at all of the spots together. */
export function outcomeAt<Set>(
  { perhaps, surely }: ReturnType<typeof spotsOf>,
  algebra: Algebra<Set>,
  run: (spot: Spot) => Outcome<Set>,
): Outcome<Set> {
  const outcomes = perhaps.map((spot) => ({ cell: spot.cell, outcome: run(spot) }));
  const sum = (key: keyof Outcome<Set>, spots: readonly Spot[]): Set =>
    outcomes
      .filter(({ cell }) => spots.some((spot) => spot.cell === cell))
      .reduce((all, { outcome }) => algebra.union(all, outcome[key]), algebra.none);
  return { accept: sum('accept', perhaps), pass: sum('pass', perhaps), deny: sum('deny', surely) };
}

export function matchSpot(rule: TierRule, spot: Spot, matcher: PeerMatcher): SpotMatch {
  const match = matchPeers(rule, spot, matcher);
  if (rule.doubt === undefined || match.how === 'no') return match;
  return { how: 'perhaps', notes: match.notes, doubt: `${nameRule(rule.ref)}: ${rule.doubt}` };
}

function matchPeers(rule: TierRule, spot: Spot, matcher: PeerMatcher): SpotMatch {
  const { peer, cell } = spot;
  if (rule.everyone) return { how: 'yes', notes: [] };
  if (peer === undefined && cell !== undefined && rule.world.covers(cell)) return { how: 'yes', notes: [] };
  const pods = peer === undefined ? NOBODY : matchPods(rule, peer, matcher);
  if (pods.how === 'yes') return pods;
  const reading = notesOfNetworks(rule, peer);
  if (cell !== undefined && rule.networks.covers(cell)) return { how: 'yes', notes: reading };
  const notes = [...pods.notes, ...reading];
  if (peer?.example.hostNetwork === true && rule.nodes === 'all') return { how: 'yes', notes };
  const doubt = pods.doubt ?? doubtOf(rule, peer);
  return doubt === undefined ? { how: 'no', notes } : { how: 'perhaps', doubt, notes };
}

const NOBODY: SpotMatch = { how: 'no', notes: [] };

/** What holds of the policy's subject holds of all its rules. */
export function meetingOf<Set>(match: SpotMatch, { match: subject }: Selected, ports: Set, none: Set): Meeting<Set> {
  if (match.how === 'no' || subject === 'assumedNo') return { surely: none, perhaps: none };
  const isSure = match.how === 'yes' && subject !== 'unknown';
  return { surely: isSure ? ports : none, perhaps: ports };
}

function matchPods(rule: TierRule, peer: PodClass, matcher: PeerMatcher): SpotMatch {
  const matches = rule.pods.map((pods) => ({ pods, match: matcher.match(pods, peer) }));
  if (matches.some(({ match }) => match === 'yes')) return { how: 'yes', notes: [] };
  const notes = matches.some(({ match }) => match.startsWith('assumed'))
    ? [undefinedNamespaceNote(peer.namespace)]
    : [];
  if (matches.some(({ match }) => match === 'assumedYes')) return { how: 'yes', notes };
  const unsure = matches.find(({ match }) => match === 'unknown')?.pods;
  if (unsure === undefined) return { how: 'no', notes };
  return { how: 'perhaps', notes, doubt: doubtNamespace(rule, unsure, peer) };
}

function doubtNamespace({ ref }: TierRule, { namespaces }: PodPeer, { namespace }: PodClass): string {
  const selector = namespaces.by === 'labels' ? formatSelector(namespaces.selector) : namespaces.name;
  return `namespace ${namespace.name} is used but not defined, so whether ${nameRule(ref)} selects it by ${selector} is not known`;
}

function doubtOf(
  { ref, nodes, domainNames, apiserver, world }: TierRule,
  peer: PodClass | undefined,
): string | undefined {
  const isNode = peer?.example.hostNetwork === true;
  if (isNode && nodes === 'some')
    return `${nameRule(ref)} selects some nodes by their labels, and which those are is not known`;
  if (apiserver && (peer === undefined || isNode))
    return `${nameRule(ref)} names the API server, whose address is not known`;
  if (isNode && !world.isEmpty) return `${nameRule(ref)} has CIDRs, which match nodes or not by a setting of Cilium`;
  const [name] = peer === undefined ? domainNames : domainNames.filter(mayBeOfCluster);
  return name === undefined ? undefined : `${nameRule(ref)} names the domain ${name}, whose addresses are not known`;
}

/**
 * Whether a name may stand for pods: https://network-policy-api.sigs.k8s.io/npeps/npep-133-fqdn-egress-selector/ lets
 * it be a pod's or a headless service's own record. Others are taken to be of the world outside.
 */
function mayBeOfCluster(name: string): boolean {
  return /(^|\.)(svc|pod|local)(\.|$)/i.test(name);
}

function notesOfNetworks({ networks }: TierRule, peer: PodClass | undefined): readonly string[] {
  if (peer === undefined || networks.isEmpty) return [];
  const { perhaps, reading, assumption } = peer.whereabouts;
  return [...(networks.overlaps(perhaps) ? [reading] : []), ...(assumption === undefined ? [] : [assumption])];
}
