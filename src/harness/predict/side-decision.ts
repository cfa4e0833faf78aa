import type { Direction, Protocol } from '../../requirements/model.ts';
import { formatSelector } from '../../requirements/selector.ts';
import { formatLine } from '../../source/position.ts';
import { AddressSet } from './addresses.ts';
import type { PodClass } from './classes.ts';
import { portsTowards, type BlockPeer, type CompiledRule, type PodPeer } from './compile.ts';
import type { RuleRef, SideDecision } from './model.ts';
import type { PeerMatcher } from './peer-matcher.ts';

/** A class, and which of its workloads is asked about: reasons name that one. */
export interface Member {
  readonly podClass: PodClass;
  readonly id: string;
}

/** The other end of a connection, seen from one end's policies. */
export type Peer =
  | ({ readonly kind: 'class' } & Member)
  /** Addresses outside that no policy of this end tells apart. */
  | { readonly kind: 'addresses'; readonly addresses: AddressSet };

export interface Point {
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * What one end's policies say of one connection, and which rules say it. It walks the rules one by one and shares
 * nothing with the sets but the matching of selectors.
 */
export function decideSide(
  { podClass: subject, id }: Member,
  direction: Direction,
  peer: Peer,
  point: Point,
  matcher: PeerMatcher,
): SideDecision {
  const policies = subject.isolatedBy[direction];
  const isolatedBy = policies.map(({ ref }) => ref);
  const [unmodelled] = subject.unmodelled;
  if (unmodelled) {
    const where = formatLine(unmodelled.position);
    const unknown = `${unmodelled.kind} ${unmodelled.id} (${where}) may apply to ${id}: ${unmodelled.reason}`;
    return { outcome: 'unknown', isolatedBy, allowedBy: [], unknown };
  }
  if (subject.example.hostNetwork) {
    const exempt = `${id} is on the host network: policies do not select it`;
    return { outcome: 'allowed', isolatedBy, allowedBy: [], exempt };
  }
  if (policies.length === 0) return { outcome: 'allowed', isolatedBy, allowedBy: [] };
  const matches = policies
    .flatMap((policy) => policy.rules[direction])
    .map((rule) => matchRule(rule, subject, peer, point, matcher));
  const blocks = matchBlocks(matches, peer);
  const allowedBy = [...matches.flatMap(({ rule, match }) => (match === 'yes' ? [rule.ref] : [])), ...blocks.refs];
  if (allowedBy.length > 0) return { outcome: 'allowed', isolatedBy, allowedBy: [...new Set(allowedBy)] };
  const unknown = matches.find(({ doubt }) => doubt !== undefined)?.doubt ?? blocks.unknown;
  return { outcome: unknown === undefined ? 'denied' : 'unknown', isolatedBy, allowedBy, ...(unknown && { unknown }) };
}

interface RuleMatch {
  readonly rule: CompiledRule;
  /** Whether its selectors match; or else why that is not known. */
  readonly match: 'yes' | 'no';
  readonly doubt?: string;
  /** Blocks of a rule whose ports match. */
  readonly blocks: readonly BlockPeer[];
}

function matchRule(
  rule: CompiledRule,
  subject: PodClass,
  peer: Peer,
  { protocol, port }: Point,
  matcher: PeerMatcher,
): RuleMatch {
  const towardsPeer = peer.kind === 'class' ? peer.podClass.example : undefined;
  const destination = rule.ref.direction === 'ingress' ? subject.example : towardsPeer;
  if (!portsTowards(rule.ports, destination).contains(protocol, port)) return { rule, match: 'no', blocks: [] };
  const byNumber = rule.ref.direction === 'ingress' || rule.ports.numbered.contains(protocol, port) ? rule.blocks : [];
  if (rule.anyone) return { rule, match: 'yes', blocks: byNumber };
  if (peer.kind === 'addresses') return { rule, match: 'no', blocks: byNumber };
  const { podClass } = peer;
  const matches = rule.pods.map((pods) => ({ pods, match: matcher.match(pods, podClass) }));
  if (matches.some(({ match }) => match === 'yes' || match === 'assumedYes')) {
    return { rule, match: 'yes', blocks: byNumber };
  }
  const unsure = matches.find(({ match }) => match === 'unknown')?.pods;
  const behindBlock = byNumber === rule.blocks ? undefined : doubtBehindBlock(rule, peer);
  const doubt = unsure === undefined ? behindBlock : doubtNamespace(rule, unsure, podClass);
  return { rule, match: 'no', blocks: byNumber, ...(doubt !== undefined && { doubt }) };
}

function doubtNamespace({ ref }: CompiledRule, { namespaces }: PodPeer, { namespace }: PodClass): string {
  const selector = namespaces.by === 'labels' ? formatSelector(namespaces.selector) : namespaces.name;
  return `namespace ${namespace.name} is used but not defined, so whether ${nameRule(ref)} selects it by ${selector} is not known`;
}

function doubtBehindBlock(rule: CompiledRule, { podClass: { whereabouts }, id }: Member): string | undefined {
  const block = rule.blocks.find(({ addresses }) => addresses.overlaps(whereabouts.perhaps));
  if (block === undefined) return undefined;
  return `${nameRule(rule.ref)} allows a named port towards ${block.text}; whether that means the port of ${id} behind such an address is not settled by the API`;
}

/** What the blocks of all rules together say: two blocks may cover what neither covers alone. */
function matchBlocks(
  matches: readonly RuleMatch[],
  peer: Peer,
): { readonly refs: readonly RuleRef[]; readonly unknown?: string } {
  const { surely, perhaps } =
    peer.kind === 'class' ? peer.podClass.whereabouts : { surely: peer.addresses, perhaps: peer.addresses };
  const met = matches.flatMap(({ rule, blocks }) =>
    blocks.filter(({ addresses }) => addresses.overlaps(perhaps)).map((block) => ({ rule, block })),
  );
  const [first] = met;
  if (first === undefined) return { refs: [] };
  const together = met.reduce((sum, { block }) => sum.union(block.addresses), AddressSet.EMPTY);
  if (!surely.isEmpty && together.covers(surely)) {
    return { refs: met.filter(({ block }) => block.addresses.overlaps(surely)).map(({ rule }) => rule.ref) };
  }
  const who = peer.kind === 'class' ? `the address of ${peer.id}` : 'the address';
  return {
    refs: [],
    unknown: `${nameRule(first.rule.ref)} has the ipBlock ${first.block.text}; whether it covers ${who} is not known`,
  };
}

/** `policy shop/web (web.yaml:12), ingress rule 1`, counted from 1 as a person does. */
export function nameRule({ policy, position, direction, rule }: RuleRef): string {
  return `policy ${policy} (${formatLine(position)}), ${direction} rule ${rule + 1}`;
}
