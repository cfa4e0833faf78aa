import type { Workload } from '../../inventory/model.ts';
import type { Dialect } from '../dialects/dialects.ts';
import type { SideAnswer } from './side-answer.ts';
import type { Side, SideTable } from '../sets/side-table.ts';
import { ALL } from '../sets/connection-table.ts';

/**
 * Traffic between a pod and the node that it runs on is always allowed, whatever the policies say, and a pod on the
 * host network is its node.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export type NodeTraffic =
  /** No end, or both, on the host network. */
  | { readonly kind: 'none' }
  | { readonly kind: 'sameNode'; readonly exempt: string }
  /** `note`: why the policies count although it is the pod's own node, or may be. */
  | { readonly kind: 'otherNode'; readonly note?: string }
  | { readonly kind: 'unknown'; readonly unknown: string };

export function nodeTraffic(from: Workload, to: Workload, { podsAskForTheirNode: note }: Dialect): NodeTraffic {
  if (from.hostNetwork === to.hostNetwork) return { kind: 'none' };
  if (to.hostNetwork && note !== undefined) return { kind: 'otherNode', note };
  const [node, pod] = from.hostNetwork ? [from, to] : [to, from];
  const exemption = 'traffic between a node and its own pods is exempt from policies';
  const nodes = nodesOf(node);
  const podNodes = nodesOf(pod);
  if (nodes === undefined || podNodes === undefined) {
    const unknown = `${node.id} is on the host network, and whether it shares a node with ${pod.id} is not known: ${exemption}`;
    return { kind: 'unknown', unknown };
  }
  if (![...nodes].some((name) => podNodes.has(name))) return { kind: 'otherNode' };
  if (nodes.size === 1 && podNodes.size === 1) {
    return { kind: 'sameNode', exempt: `${node.id} is the node that ${pod.id} runs on: ${exemption}` };
  }
  const unknown = `${node.id} is on the host network, and shares a node with some pods of ${pod.id} but not with all: ${exemption}`;
  return { kind: 'unknown', unknown };
}

/** The pod's side, given that the other end is a node. */
export function exemptSide(side: Side, traffic: NodeTraffic, table: SideTable): Side {
  if (traffic.kind === 'sameNode') return table.allowed;
  if (traffic.kind === 'unknown') return table.side(side.allowed, ALL, side.notes);
  if (traffic.kind === 'none' || traffic.note === undefined || side.allowed === ALL) return side;
  const notes = table.notes.union(side.notes, table.notes.intern([traffic.note]));
  return table.side(side.allowed, side.unknown, notes);
}

export function exemptAnswer(answer: SideAnswer, traffic: NodeTraffic): SideAnswer {
  const { outcome, isolatedBy, allowedBy } = answer.decision;
  if (traffic.kind === 'sameNode') {
    const { exempt: already = outcome === 'allowed' ? undefined : traffic.exempt } = answer.decision;
    const exempt = already === undefined ? {} : { exempt: already };
    return { decision: { outcome: 'allowed', isolatedBy, allowedBy, ...exempt }, notes: [] };
  }
  if (traffic.kind === 'otherNode' && traffic.note !== undefined && outcome !== 'allowed') {
    return { ...answer, notes: [...answer.notes, traffic.note] };
  }
  if (traffic.kind !== 'unknown' || outcome === 'allowed') return answer;
  return { decision: { outcome: 'unknown', isolatedBy, allowedBy, unknown: traffic.unknown }, notes: answer.notes };
}

/** Undefined if it is not known of every pod. */
function nodesOf({ pods }: Workload): ReadonlySet<string> | undefined {
  const nodes = pods.flatMap(({ node }) => node ?? []);
  return pods.length > 0 && nodes.length === pods.length ? new Set(nodes) : undefined;
}
