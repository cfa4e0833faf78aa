import type { AdminPolicy, AdminRule, NamespacedPods } from '../../inventory/admin-model.ts';
import type { Inventory } from '../../inventory/model.ts';

const LABEL = 'istio.io/dataplane-mode';
const NAME = 'kubernetes.io/metadata.name';

/**
 * Pods of Istio's ambient mesh reach one another through a tunnel to port 15008: a NetworkPolicy sees that port, not
 * the one that was asked for, and ztunnel decides by policies of its own. So TCP between them is not known.
 * https://istio.io/latest/docs/ambient/usage/networkpolicy/
 */
export function ambientPolicies({ namespaces }: Inventory): readonly AdminPolicy[] {
  const meshed = namespaces.filter(({ labels }) => labels[LABEL] === 'ambient');
  const [first] = meshed;
  if (first === undefined) return [];
  const position = first.position ?? { file: `namespace ${first.name}`, line: 0, column: 0 };
  const pods: NamespacedPods = {
    namespaceSelector: {
      matchLabels: {},
      matchExpressions: [{ key: NAME, operator: 'In', values: meshed.map(({ name }) => name) }],
    },
    podSelector: { matchLabels: {}, matchExpressions: [{ key: LABEL, operator: 'NotIn', values: ['none'] }] },
  };
  const rule = (action: 'accept' | 'deny', index: number): AdminRule => ({
    index,
    action,
    peers: [{ kind: 'pods', ...pods, position }],
    ports: [{ protocol: 'TCP', position }],
    doubt:
      'both are in the ambient mesh, where connections are tunnelled to port 15008 (https://istio.io/latest/docs/ambient/usage/networkpolicy/)',
    position,
  });
  const rules = [rule('accept', 0), rule('deny', 1)];
  const policy = { tier: 'admin', priority: 0, subject: pods, ingress: rules, egress: [], position } as const;
  return [{ kind: 'Istio', id: 'ambient', ...policy, raw: undefined }];
}
