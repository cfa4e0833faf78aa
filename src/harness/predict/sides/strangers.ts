import type { TierRule } from '../rules/admin-compile.ts';
import type { ClassRegistry } from '../classes/classes.ts';
import { podsOfEnd } from '../rules/calico-compile.ts';
import { namesOfPorts, type PodPeer } from '../rules/compile.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import type { Program } from '../tiers/program.ts';

/** Classes that no rule of a program selects by labels: it tells them apart by their addresses alone. */
export interface Strangers {
  has(index: number): boolean;
}

/** Undefined where rules may tell strangers apart by the names of their ports. */
export function strangersTo(
  { direction, rules }: Program,
  { classes }: ClassRegistry,
  matcher: PeerMatcher,
): Strangers | undefined {
  if (direction === 'egress' && rules.some(mayNamePortsOfStrangers)) return undefined;
  const upTo = classes.length;
  const selected = new Set<number>();
  for (const peer of new Set(rules.flatMap(peersOf))) {
    for (const { podClass } of matcher.matched(peer)) selected.add(podClass.index);
  }
  return { has: (index) => index < upTo && !selected.has(index) };
}

function peersOf({ pods, peer }: TierRule): readonly PodPeer[] {
  return peer === undefined ? pods : podsOfEnd(peer);
}

/** Whether it has names of ports, and takes more than what it selects by labels. */
function mayNamePortsOfStrangers({ ports, peer, everyone, networks, domainNames }: TierRule): boolean {
  if (namesOfPorts(ports).length === 0) return false;
  if (peer === undefined) return everyone || !networks.isEmpty || domainNames.length > 0;
  const { selector } = peer;
  return selector === undefined || !selector.netsPerhaps.isEmpty || selector.nodesPerhaps !== undefined;
}
