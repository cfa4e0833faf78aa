import type { NetworkPlugin } from '../../inventory/model.ts';
import { isBefore } from './plugin-settings.ts';

/** Where plugins read the same policy differently. */
export interface Dialect {
  /** Whether an ipBlock matches a pod whose address lies in it. */
  readonly blocksMatchPods: boolean;
  /** Whether an ipBlock matches a node by its address; where a plugin's setting decides, it is not known. */
  readonly blocksMatchNodes: boolean | 'unknown';
  /** Said of an answer that rests on this reading. */
  readonly note: string;
  /** Why pods do not reach their own node whatever the policies say; absent: they do. */
  readonly podsAskForTheirNode?: string;
}

const LETTER: Dialect = {
  blocksMatchPods: true,
  blocksMatchNodes: true,
  note: 'an ipBlock matches pods by their addresses too, by the letter of the API; plugins differ, and which one runs is not known',
};

const byAddress = (plugin: string, link: string): Dialect => ({
  blocksMatchPods: true,
  blocksMatchNodes: true,
  note: `${plugin} matches an ipBlock by address, pods included (${link})`,
});

const undocumented = (plugin: string): Dialect => ({
  ...LETTER,
  note: `an ipBlock matches pods by their addresses too, by the letter of the API; how ${plugin} reads it is not modelled`,
});

const DIALECTS: Readonly<Record<NetworkPlugin['name'], Dialect>> = {
  unknown: LETTER,
  none: LETTER,
  cilium: {
    blocksMatchPods: false,
    // The agent's policy-cidr-match-mode decides, and it may be set to match nodes.
    blocksMatchNodes: 'unknown',
    note: 'Cilium never matches a pod by an ipBlock (https://docs.cilium.io/en/stable/security/policy/layer3/#ip-cidr-based)',
    podsAskForTheirNode:
      'Cilium lets a node reach its own pods, but pods isolated for egress reach their node only by a rule (https://docs.cilium.io/en/stable/network/kubernetes/concepts/#default-ingress-allow-from-local-host)',
  },
  'kube-router': byAddress('kube-router', 'https://www.kube-router.io/docs/how-it-works/#network-policy-controller'),
  calico: byAddress('Calico', 'https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#entityrule'),
  weave: undocumented('Weave Net'),
  antrea: undocumented('Antrea'),
  'ovn-kubernetes': undocumented('OVN-Kubernetes'),
  aws: undocumented('the Amazon VPC CNI'),
};

export function dialectOf(plugin: NetworkPlugin): Dialect {
  const dialect = DIALECTS[plugin.name];
  return plugin.name === 'cilium' ? { ...dialect, blocksMatchNodes: ciliumBlocksMatchNodes(plugin) } : dialect;
}

/**
 * Nodes by their addresses from 1.15 on, where policy-cidr-match-mode says so.
 * https://docs.cilium.io/en/stable/security/policy/layer3/#selecting-nodes-with-cidr-ipblock
 */
function ciliumBlocksMatchNodes(plugin: NetworkPlugin): Dialect['blocksMatchNodes'] {
  if (isBefore(plugin, 1, 15)) return false;
  if (plugin.settings === undefined) return 'unknown';
  return (plugin.settings['policy-cidr-match-mode'] ?? '').split(/[ ,]+/).includes('nodes');
}
