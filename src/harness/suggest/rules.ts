import { formatSelector, type LabelSelector } from '../../requirements/selector.ts';
import type { Workload } from '../inventory/model.ts';
import { AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { Claim, SuggestedPeer, SuggestedRule } from './model.ts';
import { blocksOfNode } from './nodes.ts';

const KUBE_DNS: SuggestedPeer = {
  kind: 'pods',
  namespace: 'kube-system',
  selector: { matchLabels: { 'k8s-app': 'kube-dns' }, matchExpressions: [] },
};

/** One peer with all that it is allowed. */
interface Grant {
  readonly peer: SuggestedPeer;
  readonly key: string;
  readonly connections: ConnectionSet;
  readonly serves: ReadonlySet<string>;
  readonly forName: boolean;
}

/** What a policy's rules are made with. */
export interface RuleContext {
  /** The selector of a workload in its namespace. */
  readonly selectorOf: (workload: Workload) => LabelSelector;
  /** The namespaces that the suggestion isolates. */
  readonly namespaces: readonly string[];
  /** The workloads that it isolates and that the policy's own can be told from. */
  readonly others: readonly Workload[];
  /** Orders requirements by their ids, as the run has them. */
  readonly rankOf: (id: string) => number;
}

/**
 * The rules of one direction of one policy that serve these claims: who is allowed the same, for the same requirements,
 * shares a rule. What every pod may is not said again of some.
 *
 * An outsider cannot be selected but with every other pod. Into a workload every pod is let: those of the isolated
 * namespaces are held by their own egress. Out of a workload every pod but theirs is meant, unless it may reach them all
 * by their own claims: else two open ends would meet.
 */
export function rulesOf(
  claims: readonly Claim[],
  peerEnd: 'from' | 'to',
  context: RuleContext,
): readonly SuggestedRule[] {
  const grants = new Map<string, Grant>();
  for (const claim of claims) {
    const { requirement, connections, forName } = claim;
    for (const peer of peersOf(claim, peerEnd, context)) {
      // Ids are unique in a run but for `otherwise`, which asks for nothing.
      const key = peerKey(peer);
      const place = `${key} ${String(forName)}`;
      const known = grants.get(place);
      grants.set(place, {
        peer,
        key,
        forName,
        connections: known === undefined ? connections : known.connections.union(connections),
        serves: new Set([...(known?.serves ?? []), requirement.id]),
      });
    }
  }
  const served = withoutRepetition(openedToAll([...grants.values()], context), context);
  return groupAlike(served, context);
}

function peersOf(
  claim: Claim,
  peerEnd: 'from' | 'to',
  { selectorOf, namespaces }: RuleContext,
): readonly SuggestedPeer[] {
  const end = claim[peerEnd];
  if (end.kind === 'addresses') return blocksOf(end.addresses);
  const { workload } = end;
  if (workload === outsider()) {
    return [peerEnd === 'from' ? { kind: 'every-pod' } : { kind: 'pods-elsewhere', namespaces }];
  }
  if (workload.hostNetwork) return blocksOf(blocksOfNode(workload) ?? AddressSet.EMPTY);
  if (claim.forName && isDns(workload)) return [KUBE_DNS];
  return [podsOf(workload, selectorOf)];
}

function podsOf(workload: Workload, selectorOf: RuleContext['selectorOf']): SuggestedPeer {
  return { kind: 'pods', namespace: workload.namespace, selector: selectorOf(workload) };
}

function blocksOf(addresses: AddressSet): readonly SuggestedPeer[] {
  return addresses.toCidrs().map((cidr) => ({ kind: 'block', cidr }));
}

function isDns({ namespace, labels }: Workload): boolean {
  return namespace === 'kube-system' && labels['k8s-app'] === 'kube-dns';
}

/** Who may reach every pod elsewhere and each one here may reach every pod: that is said in one peer. */
function openedToAll(grants: readonly Grant[], { others, selectorOf }: RuleContext): readonly Grant[] {
  const open = grants.find(({ peer }) => peer.kind === 'pods-elsewhere');
  if (open === undefined) return grants;
  const granted = new Map(grants.map(({ key, connections }) => [key, connections]));
  const reachesAll = others.every((other) => granted.get(peerKey(podsOf(other, selectorOf)))?.covers(open.connections));
  if (!reachesAll) return grants;
  const peer = { kind: 'every-pod' } as const;
  return grants.map((grant) => (grant === open ? { ...open, peer, key: peerKey(peer) } : grant));
}

function withoutRepetition(grants: readonly Grant[], { namespaces }: RuleContext): readonly Grant[] {
  const open = grants.find(({ peer }) => isOpen(peer));
  if (open === undefined) return grants;
  const repeats = ({ peer }: Grant): boolean =>
    peer.kind === 'pods' && (open.peer.kind === 'every-pod' || !namespaces.includes(peer.namespace));
  const repeated = grants.filter((grant) => repeats(grant) && grant.connections.overlaps(open.connections));
  const serves = new Set([...open.serves, ...repeated.flatMap((grant) => [...grant.serves])]);
  return grants.flatMap((grant) => {
    if (grant === open) return [{ ...open, serves }];
    if (!repeats(grant)) return [grant];
    const connections = grant.connections.subtract(open.connections);
    return connections.isEmpty ? [] : [{ ...grant, connections }];
  });
}

function isOpen({ kind }: SuggestedPeer): boolean {
  return kind === 'every-pod' || kind === 'pods-elsewhere';
}

function groupAlike(grants: readonly Grant[], { rankOf }: RuleContext): readonly SuggestedRule[] {
  const sorted = grants.toSorted((a, b) => order(a, b));
  const groups = Map.groupBy(sorted, ({ connections, serves, forName, peer }) =>
    // An open peer stands alone, so that nobody overlooks it in a list.
    JSON.stringify([isOpen(peer), forName, connections.format(), [...serves].sort()]),
  );
  return [...groups.values()].flatMap((group): readonly SuggestedRule[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { connections, serves, forName } = first;
    const ids = [...serves].sort((a, b) => rankOf(a) - rankOf(b));
    return [{ peers: group.map(({ peer }) => peer), connections, serves: ids, forName }];
  });
}

/** Every pod first, then pods, then blocks; DNS last. */
function order(a: Grant, b: Grant): number {
  const kinds: readonly SuggestedPeer['kind'][] = ['every-pod', 'pods-elsewhere', 'pods', 'block'];
  return (
    Number(a.forName) - Number(b.forName) ||
    kinds.indexOf(a.peer.kind) - kinds.indexOf(b.peer.kind) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  );
}

function peerKey(peer: SuggestedPeer): string {
  switch (peer.kind) {
    case 'every-pod':
      return '*';
    case 'pods-elsewhere':
      return '* elsewhere';
    case 'pods':
      return `${peer.namespace} ${formatSelector(peer.selector)}`;
    case 'block':
      return peer.cidr;
  }
}
