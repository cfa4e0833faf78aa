import { type Labels, NAMESPACE_NAME, selects } from '../../../requirements/selector.ts';
import type { AdminPolicy, AdminRule, NamespacedPods } from '../../inventory/admin-model.ts';
import type { Inventory, NetworkPolicy, Note, Workload } from '../../inventory/model.ts';
import { variantsOf } from '../ends/variants.ts';

const LABEL = 'istio.io/dataplane-mode';
const LINK = 'https://istio.io/latest/docs/ambient/usage/networkpolicy/';
const TUNNEL = 15008;

/**
 * Pods of Istio's ambient mesh reach one another through a tunnel to port 15008: a NetworkPolicy sees that port, not
 * the one that was asked for, and ztunnel decides by policies of its own. So TCP between them is not known. A pod is
 * of the mesh by its namespace's label or its own, and its own decides.
 * https://istio.io/latest/docs/ambient/usage/networkpolicy/
 * https://istio.io/latest/docs/ambient/usage/add-workloads/
 */
export function ambientPolicies({ namespaces, workloads }: Inventory): readonly AdminPolicy[] {
  const meshed = namespaces.filter(({ labels }) => labels[LABEL] === 'ambient');
  const own = workloads.find((workload) => variantsOf(workload).some(({ labels }) => labels[LABEL] === 'ambient'));
  const [first] = meshed;
  const position = first?.position ?? own?.position ?? { file: `namespace ${first?.name ?? ''}`, line: 0, column: 0 };
  const ofNamespaces: NamespacedPods = {
    namespaceSelector: labelIn(NAMESPACE_NAME, 'In', ...meshed.map(({ name }) => name)),
    podSelector: labelIn(LABEL, 'NotIn', 'none'),
  };
  const ofPods: NamespacedPods = {
    namespaceSelector: { matchLabels: {}, matchExpressions: [] },
    podSelector: labelIn(LABEL, 'In', 'ambient'),
  };
  const mesh = [...(first === undefined ? [] : [ofNamespaces]), ...(own === undefined ? [] : [ofPods])];
  const rule = (action: 'accept' | 'deny', index: number): AdminRule => ({
    index,
    action,
    peers: mesh.map((pods) => ({ kind: 'pods', ...pods, position })),
    ports: [{ protocol: 'TCP', position }],
    doubt: `both are in the ambient mesh, where connections are tunnelled to port ${TUNNEL} (${LINK})`,
    position,
  });
  const rules = [rule('accept', 0), rule('deny', 1)];
  const policy = { tier: 'admin', priority: 0, ingress: rules, egress: rules, position } as const;
  return mesh.map((subject) => ({ kind: 'Istio', id: 'ambient', ...policy, subject, raw: undefined }));
}

/** Policies by which the mesh's own connections do not come in. */
export function ambientNotes({ policies, workloads, namespaces }: Inventory): readonly Note[] {
  const modes = new Map(namespaces.map(({ name, labels }) => [name, labels[LABEL]]));
  const meshed = workloads
    .filter(({ hostNetwork }) => !hostNetwork)
    .flatMap(variantsOf)
    .filter(({ namespace, labels }) => isMeshed(labels, modes.get(namespace)));
  return policies
    .filter((policy) => meshed.some((pod) => isSelected(policy, pod)) && !letsTunnelIn(policy))
    .map(({ id, position }) => ({
      text: `NetworkPolicy ${id} selects pods of Istio's ambient mesh and no rule of it lets port ${TUNNEL} in, by which the mesh's connections come (${LINK})`,
      position,
    }));
}

function isMeshed({ [LABEL]: own }: Labels, ofNamespace: string | undefined): boolean {
  return own === 'ambient' || (ofNamespace === 'ambient' && own !== 'none');
}

function isSelected({ namespace, podSelector, directions }: NetworkPolicy, pod: Workload): boolean {
  return directions.includes('ingress') && pod.namespace === namespace && selects(podSelector, pod.labels);
}

function letsTunnelIn({ ingress }: NetworkPolicy): boolean {
  return ingress.some(
    ({ ports }) =>
      ports === undefined ||
      ports.some(({ protocol, port, endPort = port }) => {
        if (protocol !== 'TCP' || typeof port === 'string') return false;
        return port === undefined || (port <= TUNNEL && Number(endPort) >= TUNNEL);
      }),
  );
}

function labelIn(key: string, operator: 'In' | 'NotIn', ...values: readonly string[]): NamespacedPods['podSelector'] {
  return { matchLabels: {}, matchExpressions: [{ key, operator, values }] };
}
