import type { Inventory, Note, Workload } from './model.ts';

const NAMESPACE = 'kube-system';

/**
 * The cluster DNS of an inventory that holds none. It is no part of the inventory: only predictions of names use it.
 * Both names of its port are those of kubeadm, k3s and the managed clusters.
 */
export function assumedDns(): Workload {
  return {
    id: `${NAMESPACE}/kube-dns[Deployment]`,
    namespace: NAMESPACE,
    name: 'kube-dns',
    kind: 'Deployment',
    labels: { 'k8s-app': 'kube-dns' },
    ports: [
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'dns-tcp', protocol: 'TCP', port: 53 },
    ],
    hostNetwork: false,
    serviceAccount: 'coredns',
    pods: [],
    assumed: true,
    position: { file: 'assumed:kube-system/kube-dns', line: 0, column: 0 },
  };
}

export interface ClusterDns {
  /** The inventory's own, or the assumed one alone. */
  readonly workloads: readonly Workload[];
  /** Set where it is assumed: to be printed, and kept in the evidence. */
  readonly assumption?: Note;
}

/** Who answers queries for names: what the service kube-dns of every usual cluster selects. */
export function clusterDns({ workloads }: Pick<Inventory, 'workloads'>): ClusterDns {
  const own = workloads.filter(({ namespace, labels }) => namespace === NAMESPACE && labels['k8s-app'] === 'kube-dns');
  if (own.length > 0) return { workloads: own };
  return {
    workloads: [assumedDns()],
    assumption: {
      text: 'no cluster DNS in the input: kube-dns is assumed (namespace kube-system, label k8s-app: kube-dns, port 53)',
    },
  };
}
