import { formatSelector } from '../../../requirements/selector.ts';
import type { TierRule } from '../rules/admin-compile.ts';
import { ALL_ADDRESSES, type AddressSet } from '../sets/addresses.ts';
import type { PodClass } from '../classes/classes.ts';
import { UNLABELLED } from '../dialects/cilium-dialect.ts';
import type { LabelledPods } from '../rules/compile.ts';
import { undefinedNamespaceNote } from '../ends/namespaces.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import { nameRule } from '../classes/rule-match.ts';
import { matchEnd, type EndPlace } from '../rules/calico-match.ts';
import { netsOfEnd, type CompiledEnd } from '../rules/calico-compile.ts';
import type { Verdict } from '../tiers/chain.ts';
import type { Algebra, Meeting, Outcome, Program, Selected } from '../tiers/program.ts';

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
  const sets = rules.flatMap(netsOf).filter((networks) => !networks.isEmpty);
  return sets.length === 0 ? [] : cut(sets);
}

/** Likewise for addresses outside, of which some networks are alone. */
export function outerCellsOf({ rules }: Pick<Program, 'rules'>): readonly AddressSet[] {
  return cut(rules.flatMap((rule) => [...netsOf(rule), rule.world]));
}

/** The addresses by which a rule tells its peers apart, pods among them. */
export function netsOf({ networks, peer }: TierRule): readonly AddressSet[] {
  return [networks, ...(peer === undefined ? [] : netsOfEnd(peer))];
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
): Verdict<Set> {
  const outcomes = perhaps.map((spot) => ({ cell: spot.cell, outcome: run(spot) }));
  const sum = (key: keyof Outcome<Set>, spots: readonly Spot[]): Set =>
    outcomes
      .filter(({ cell }) => spots.some((spot) => spot.cell === cell))
      .reduce((all, { outcome }) => algebra.union(all, outcome[key]), algebra.none);
  const both = (key: 'pass' | 'rest') => ({ perhaps: sum(key, perhaps), surely: sum(key, surely) });
  return { accept: sum('accept', perhaps), deny: sum('deny', surely), pass: both('pass'), rest: both('rest') };
}

export function matchSpot(rule: TierRule, spot: Spot, matcher: PeerMatcher): SpotMatch {
  const found = rule.peer === undefined ? matchPeers(rule, spot, matcher) : matchPeerOf(rule, spot, matcher);
  if (found.how === 'no') return found;
  if (rule.isNever === true) return { how: 'no', notes: rule.notes ?? [] };
  const match = rule.notes === undefined ? found : { ...found, notes: [...found.notes, ...rule.notes] };
  if (rule.doubt === undefined) return match;
  return { how: 'perhaps', notes: match.notes, doubt: `${nameRule(rule.ref)}: ${rule.doubt}` };
}

/** A rule of Calico asks for all that it says of its peer. */
function matchPeerOf({ ref, peer: end = {}, ports }: TierRule, spot: Spot, matcher: PeerMatcher): SpotMatch {
  const { doubt, ...match } = matchEnd(end, placeOf(spot, matcher));
  // Behind an address of a network set, a named port is not that of the pod which is met there.
  const isBySet = match.how === 'yes' && ports.named.length > 0 && isMetBySet(end, spot, matcher);
  const why = isBySet ? 'it names a port, and selects the pod by a network set' : doubt;
  if (why === undefined) return match;
  return { ...match, how: 'perhaps', doubt: `${nameRule(ref)}: ${why}` };
}

function isMetBySet({ selector }: CompiledEnd, { peer }: Spot, matcher: PeerMatcher): boolean {
  return selector !== undefined && peer !== undefined && matcher.match(selector.pods, peer) !== 'yes';
}

function placeOf({ peer, cell }: Spot, matcher: PeerMatcher): EndPlace {
  const isIn = (addresses: AddressSet) => (cell !== undefined && addresses.covers(cell) ? 'yes' : 'no');
  if (peer === undefined) return { isIn };
  const { assumption } = peer.whereabouts;
  return {
    pod: {
      hostNetwork: peer.example.hostNetwork,
      namespace: peer.namespace,
      match: (selector) => matcher.match(selector, peer),
      doubt: (selector) => matcher.doubt(selector, peer),
    },
    isIn,
    ...(assumption !== undefined && { assumption }),
  };
}

function matchPeers(rule: TierRule, spot: Spot, matcher: PeerMatcher): SpotMatch {
  const { peer, cell } = spot;
  if (rule.everyone) return { how: 'yes', notes: [] };
  if (peer === undefined && cell !== undefined && rule.world.covers(cell)) return { how: 'yes', notes: [] };
  const pods = peer === undefined ? NOBODY : matchPods(rule, peer, matcher);
  if (pods.how === 'yes') return pods;
  if (rule.unlabelled === 'yes' && isUnlabelled(peer)) return { how: 'yes', notes: [noteOfUnlabelled(rule)] };
  const reading = notesOfNetworks(rule, peer);
  if (cell !== undefined && rule.networks.covers(cell)) return { how: 'yes', notes: reading };
  const notes = [...pods.notes, ...reading];
  if (rule.nodes === 'all' && isNodeAt(spot)) return { how: 'yes', notes };
  const doubt = pods.doubt ?? doubtOf(rule, peer);
  return doubt === undefined ? { how: 'no', notes } : { how: 'perhaps', doubt, notes };
}

function isNodeAt({ peer }: Spot): boolean {
  return peer?.example.hostNetwork === true;
}

/** Addresses outside, and nodes. */
function isUnlabelled(peer: PodClass | undefined): boolean {
  return peer === undefined || peer.example.hostNetwork;
}

function noteOfUnlabelled({ ref }: Pick<TierRule, 'ref'>): string {
  return `${nameRule(ref)} has a selector that only excludes: ${UNLABELLED}`;
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

function doubtNamespace({ ref }: TierRule, { namespaces }: LabelledPods, { namespace }: PodClass): string {
  const selector = namespaces.by === 'labels' ? formatSelector(namespaces.selector) : namespaces.name;
  return `namespace ${namespace.name} is used but not defined, so whether ${nameRule(ref)} selects it by ${selector} is not known`;
}

function doubtOf(
  { ref, nodes, domainNames, apiserver, unlabelled, world }: TierRule,
  peer: PodClass | undefined,
): string | undefined {
  const isNode = peer?.example.hostNetwork === true;
  if (isNode && nodes === 'some')
    return `${nameRule(ref)} selects some nodes by their labels, and which those are is not known`;
  if (apiserver && (peer === undefined || isNode))
    return `${nameRule(ref)} names the API server, whose address is not known`;
  if (unlabelled === 'perhaps' && isUnlabelled(peer))
    return `${noteOfUnlabelled({ ref })}; which version runs is not known`;
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
