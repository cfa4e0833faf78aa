import type { Protocol } from '../../../requirements/model.ts';
import { formatSelector } from '../../../requirements/selector.ts';
import { formatLine } from '../../../source/position.ts';
import type { AddressSet } from '../sets/addresses.ts';
import type { PodClass } from './classes.ts';
import { portsTowards, type BlockPeer, type CompiledRule, type LabelledPods } from '../rules/compile.ts';
import type { PolicyRef, RuleRef } from '../model.ts';
import { undefinedNamespaceNote } from '../ends/namespaces.ts';
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

/** How one rule meets one connection. */
export interface RuleMatch {
  readonly rule: CompiledRule;
  readonly ports: boolean;
  /** Whether it names the peer, blocks apart: those count together with the blocks of other rules. */
  readonly peer: boolean;
  /** Why it is not known whether it names the peer. */
  readonly doubt?: string;
  /** What `peer` rests on. */
  readonly assumption?: string;
  readonly blocks: readonly BlockPeer[];
}

export function matchRule(
  rule: CompiledRule,
  subject: PodClass,
  peer: Peer,
  { protocol, port }: Point,
  matcher: PeerMatcher,
): RuleMatch {
  const isIngress = rule.ref.direction === 'ingress';
  const towardsPeer = peer.kind === 'class' ? peer.podClass.example : undefined;
  const ports = portsTowards(rule.ports, isIngress ? subject.example : towardsPeer).contains(protocol, port);
  const byName = ports && !isIngress && !rule.ports.numbered.contains(protocol, port);
  const found = { rule, ports, blocks: byName ? [] : rule.blocks };
  if (rule.anyone) return { ...found, peer: true };
  if (peer.kind === 'addresses') return { ...found, peer: false };
  const pods = matchPods(rule, peer.podClass, matcher);
  if (pods.peer || pods.doubt !== undefined || !byName) return { ...found, ...pods };
  const doubt = doubtBehindBlock(rule, peer);
  return { ...found, ...pods, ...(doubt !== undefined && { doubt }) };
}

function matchPods(
  rule: CompiledRule,
  podClass: PodClass,
  matcher: PeerMatcher,
): Pick<RuleMatch, 'peer' | 'doubt' | 'assumption'> {
  const matches = rule.pods.map((pods) => ({ pods, match: matcher.match(pods, podClass) }));
  if (matches.some(({ match }) => match === 'yes')) return { peer: true };
  const peer = matches.some(({ match }) => match === 'assumedYes');
  const assumption = matches.some(({ match }) => match === 'assumedYes' || match === 'assumedNo')
    ? { assumption: undefinedNamespaceNote(podClass.namespace) }
    : {};
  const unsure = matches.find(({ match }) => match === 'unknown')?.pods;
  const doubt = unsure === undefined || peer ? {} : { doubt: doubtNamespace(rule, unsure, podClass) };
  return { peer, ...assumption, ...doubt };
}

function doubtNamespace({ ref }: CompiledRule, { namespaces }: LabelledPods, { namespace }: PodClass): string {
  const selector = namespaces.by === 'labels' ? formatSelector(namespaces.selector) : namespaces.name;
  return `namespace ${namespace.name} is used but not defined, so whether ${nameRule(ref)} selects it by ${selector} is not known`;
}

/** The API does not say whether a named port means the pod's behind an address of an ipBlock; plugins differ. */
function doubtBehindBlock(rule: CompiledRule, { podClass: { whereabouts }, id }: Member): string | undefined {
  const block = rule.blocks.find(({ addresses }) => addresses.overlaps(whereabouts.perhaps));
  if (block === undefined) return undefined;
  return `${nameRule(rule.ref)} allows a named port towards ${block.text}; whether that means the port of ${id} behind such an address is not settled by the API`;
}

/** `policy shop/web (web.yaml:12), ingress rule 1`, counted from 1 as a person does. */
export function nameRule(ref: RuleRef): string {
  return `${namePolicy(ref)}, ${ref.direction} rule ${ref.rule + 1}`;
}

/** `policy shop/web (web.yaml:12)`, or with its kind: `AdminNetworkPolicy base (base.yaml:1)`. */
export function namePolicy({ policy, position, isNamed }: PolicyRef): string {
  return `${isNamed === true ? '' : 'policy '}${policy} (${formatLine(position)})`;
}
