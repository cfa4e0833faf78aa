import { NAMESPACE_NAME } from '../../../requirements/selector.ts';
import type { AdminPolicy, AdminRule } from '../../inventory/admin-model.ts';
import type { Inventory, Note, Workload } from '../../inventory/model.ts';

const LINK = 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html';

/**
 * The Amazon VPC CNI does not apply policies to pods that no controller owns, so what they deny there may be open.
 * They are told by their labels: a workload with the same ones is not known either.
 * https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
 */
export function standalonePolicies(inventory: Inventory): readonly AdminPolicy[] {
  return standalonePods(inventory).map(({ id, namespace, labels, position }) => {
    const rule: AdminRule = {
      index: 0,
      action: 'accept',
      peers: [{ kind: 'everyone', position }],
      doubt: `${id} is a pod without a controller, to which the Amazon VPC CNI does not apply policies (${LINK})`,
      position,
    };
    return {
      kind: 'AmazonVPCCNI',
      id: `beside ${id}`,
      tier: 'admin',
      priority: 0,
      subject: {
        namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: namespace }, matchExpressions: [] },
        podSelector: { matchLabels: labels, matchExpressions: [] },
      },
      ingress: [rule],
      egress: [rule],
      position,
      raw: undefined,
    };
  });
}

/** Which they are. */
export function standaloneNotes(inventory: Inventory): readonly Note[] {
  return standalonePods(inventory).map(({ id, position }) => ({
    text: `${id} is a pod without a controller: the Amazon VPC CNI does not apply policies to it, so what they deny is not known (${LINK})`,
    position,
  }));
}

function standalonePods({ plugin, workloads }: Inventory): readonly Workload[] {
  if (plugin.name !== 'aws') return [];
  return workloads.filter(({ kind, hostNetwork, assumed }) => kind === 'Pod' && !hostNetwork && assumed !== true);
}
