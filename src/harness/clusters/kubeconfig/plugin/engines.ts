import type { NetworkPlugin } from '../../../inventory/model.ts';

/** A container of a DaemonSet: what runs on every node. */
export interface AgentContainer {
  readonly image: string;
  /** Command and arguments together. */
  readonly args: readonly string[];
}

/** How a network plugin shows itself in a cluster. */
export interface Engine {
  /** `unknown`: it enforces policies, and mayreach has no model of how. */
  readonly plugin: NetworkPlugin['name'];
  readonly title: string;
  /** Of the container that enforces, whatever registry it comes from. */
  readonly image: RegExp;
  /** DaemonSets, where images have no telling name (OpenShift, GKE). */
  readonly daemonSets?: readonly string[];
  /** Of nodes: where the agent runs outside of the cluster's own pods. */
  readonly annotation?: string;
  /** False: it runs with its policies switched off. */
  readonly enforces?: (container: AgentContainer) => boolean;
}

const named = (pattern: string): RegExp => new RegExp(`(^|[/-])(${pattern})(?=[:@]|$)`);

export const ENGINES: readonly Engine[] = [
  {
    plugin: 'cilium',
    title: 'Cilium',
    image: named('cilium'),
    daemonSets: ['cilium', 'anetd'],
    annotation: 'network.cilium.io/',
  },
  {
    plugin: 'calico',
    title: 'Calico',
    image: named('calico[/-]node|cnx-node|hardened-calico'),
    daemonSets: ['calico-node', 'canal'],
    annotation: 'projectcalico.org/',
  },
  {
    plugin: 'antrea',
    title: 'Antrea',
    image: named('antrea-(agent|ubuntu|ubi)'),
    daemonSets: ['antrea-agent'],
    annotation: 'node.antrea.io/',
  },
  {
    plugin: 'ovn-kubernetes',
    title: 'OVN-Kubernetes',
    image: named('ovn-kube(rnetes|-[a-z]+)?|ovn-kubernetes'),
    daemonSets: ['ovnkube-node'],
    annotation: 'k8s.ovn.org/',
  },
  { plugin: 'weave', title: "Weave Net's policy controller", image: named('weave-npc') },
  {
    plugin: 'kube-router',
    title: 'kube-router',
    image: named('kube-router'),
    enforces: ({ args }) => !args.includes('--run-firewall=false'),
  },
  {
    // https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
    plugin: 'aws',
    title: "the Amazon VPC CNI's policy agent",
    image: named('aws-network-policy-agent'),
    enforces: ({ args }) => args.includes('--enable-network-policy=true'),
  },
  { plugin: 'unknown', title: 'kindnet', image: named('kindnetd') },
  { plugin: 'unknown', title: 'kube-network-policies', image: named('kube-network-policies') },
  { plugin: 'unknown', title: 'Azure Network Policy Manager', image: named('azure-npm') },
];

/** Networks that move packets and leave policies to others. */
export const NETWORKS_WITHOUT_POLICY: readonly Engine[] = [
  { plugin: 'none', title: 'flannel', image: named('flannel'), daemonSets: ['kube-flannel-ds'] },
  { plugin: 'none', title: 'Weave Net', image: named('weave-kube') },
  { plugin: 'none', title: 'the Amazon VPC CNI', image: named('amazon-k8s-cni'), daemonSets: ['aws-node'] },
];

/** The image's tag, if it looks like a version: `v1.15.19` of `quay.io/cilium/cilium:v1.15.19@sha256:…`. */
export function versionOf(image: string): string | undefined {
  return /:(v?\d+\.\d+[^@/]*)(@|$)/.exec(image)?.[1];
}
