import { formatSelector, type LabelSelector } from '../../requirements/selector.ts';
import type { Workload } from '../inventory/model.ts';
import type { ConnectionSet } from '../predict/connections.ts';
import { outsider } from '../predict/outsider.ts';
import type { Claim, ClaimEnd, SuggestedPeer, SuggestedRule } from './model.ts';
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

/**
 * The rules of one direction of one policy that serve these claims: who is allowed the same, for the same requirements,
 * shares a rule. What every pod may is not said again of some.
 * @param selectorOf the selector of a workload in its namespace
 */
export function rulesOf(
  claims: readonly Claim[],
  peerEnd: 'from' | 'to',
  selectorOf: (workload: Workload) => LabelSelector,
): readonly SuggestedRule[] {
  const grants = new Map<string, Grant>();
  for (const claim of claims) {
    const { requirement, connections, forName } = claim;
    for (const peer of peersOf(claim, claim[peerEnd], selectorOf)) {
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
  return groupAlike(withoutRepetition([...grants.values()]));
}

function peersOf(
  { forName }: Claim,
  end: ClaimEnd,
  selectorOf: (workload: Workload) => LabelSelector,
): readonly SuggestedPeer[] {
  if (end.kind === 'addresses') return end.addresses.toCidrs().map((cidr) => ({ kind: 'block', cidr }));
  const { workload } = end;
  if (workload === outsider()) return [{ kind: 'every-pod' }];
  if (workload.hostNetwork) {
    const cidrs = blocksOfNode(workload)?.toCidrs() ?? [];
    return cidrs.map((cidr) => ({ kind: 'block', cidr }));
  }
  if (forName && isDns(workload)) return [KUBE_DNS];
  return [{ kind: 'pods', namespace: workload.namespace, selector: selectorOf(workload) }];
}

function isDns({ namespace, labels }: Workload): boolean {
  return namespace === 'kube-system' && labels['k8s-app'] === 'kube-dns';
}

function withoutRepetition(grants: readonly Grant[]): readonly Grant[] {
  const open = grants.find(({ peer }) => peer.kind === 'every-pod');
  if (open === undefined) return grants;
  let { serves } = open;
  const others = grants.flatMap((grant) => {
    if (grant.peer.kind !== 'pods') return [];
    if (grant.connections.overlaps(open.connections)) serves = new Set([...serves, ...grant.serves]);
    const connections = grant.connections.subtract(open.connections);
    return connections.isEmpty ? [] : [{ ...grant, connections }];
  });
  return [{ ...open, serves }, ...others, ...grants.filter(({ peer }) => peer.kind === 'block')];
}

function groupAlike(grants: readonly Grant[]): readonly SuggestedRule[] {
  const sorted = grants.toSorted((a, b) => order(a, b));
  const groups = Map.groupBy(sorted, ({ connections, serves, forName, peer }) =>
    // An open peer stands alone, so that nobody overlooks it in a list.
    JSON.stringify([peer.kind === 'every-pod', forName, connections.format(), [...serves].sort()]),
  );
  return [...groups.values()].flatMap((group): readonly SuggestedRule[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { connections, serves, forName } = first;
    return [{ peers: group.map(({ peer }) => peer), connections, serves: [...serves], forName }];
  });
}

/** Every pod first, then pods, then blocks; DNS last. */
function order(a: Grant, b: Grant): number {
  const kinds: readonly SuggestedPeer['kind'][] = ['every-pod', 'pods', 'block'];
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
    case 'pods':
      return `${peer.namespace} ${formatSelector(peer.selector)}`;
    case 'block':
      return peer.cidr;
  }
}
