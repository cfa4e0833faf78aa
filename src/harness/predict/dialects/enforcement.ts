import type { AdminKind } from '../../inventory/admin-model.ts';
import type { NetworkPlugin } from '../../inventory/model.ts';
import { minorOf } from './plugin-version.ts';

/** Whether the plugin that runs takes a kind of policy into account. */
export type Enforcement =
  /** `note`: said of answers that such a policy decides. */
  | { readonly kind: 'enforced'; readonly note?: string }
  /** `note`: said of answers that such a policy would have decided. */
  | { readonly kind: 'ignored'; readonly note: string }
  /** `reason`: why it is not known, as a sentence's end. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Kept by the API's authors: which plugin implements what, from which version on. */
const LIST = 'https://network-policy-api.sigs.k8s.io/implementations/';
const CILIUM = 'https://github.com/cilium/cilium/issues/23380';

const LETTER: Enforcement = {
  kind: 'enforced',
  note: `admin policies are taken by the letter of the API; not every plugin implements them, and which one runs is not known (${LIST})`,
};
const OVN: Enforcement = {
  kind: 'enforced',
  note: `OVN-Kubernetes implements admin policies; that its setting which turns them on is on is assumed (${LIST})`,
};

/** Admin policies by the plugin and version that run. A plugin or version of which nothing is documented: unknown. */
export function enforcementOf(kind: AdminKind, plugin: NetworkPlugin): Enforcement {
  switch (kind) {
    case 'Cilium':
    case 'Istio':
    case 'NodeLocalDNS':
    case 'AmazonVPCCNI':
      return { kind: 'enforced' };
    case 'CiliumNetworkPolicy':
    case 'CiliumClusterwideNetworkPolicy':
      return ofCilium(kind, plugin);
    case 'NetworkPolicy.projectcalico.org':
    case 'GlobalNetworkPolicy':
      return ofCalico(kind, plugin);
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
    case 'ClusterNetworkPolicy':
      return ofAdmins(kind, plugin);
  }
}

/** Calico's own kinds. https://docs.tigera.io/calico/latest/network-policy/get-started/calico-policy/calico-network-policy */
function ofCalico(kind: AdminKind, { name }: NetworkPlugin): Enforcement {
  if (name === 'calico') return { kind: 'enforced' };
  if (name === 'unknown' || name === 'none') {
    return { kind: 'enforced', note: `${kind} is taken as Calico takes it; which plugin runs is not known` };
  }
  return { kind: 'ignored', note: `${name} does not know ${kind}: it is predicted without it` };
}

/** Cilium's own kinds. https://docs.cilium.io/en/stable/security/policy/intro/ */
function ofCilium(kind: AdminKind, { name, settings }: NetworkPlugin): Enforcement {
  if (name === 'cilium' && settings !== undefined) return { kind: 'enforced' };
  if (name === 'cilium') {
    return { kind: 'enforced', note: "Cilium's default policy enforcement mode is assumed (enable-policy: default)" };
  }
  if (name === 'unknown' || name === 'none') {
    return { kind: 'enforced', note: `${kind} is taken as Cilium takes it; which plugin runs is not known` };
  }
  return { kind: 'ignored', note: `${name} does not know ${kind}: it is predicted without it` };
}

function ofAdmins(kind: AdminKind, { name, version }: NetworkPlugin): Enforcement {
  switch (name) {
    case 'unknown':
    case 'none':
      return LETTER;
    case 'kube-router':
      return ignored(kind, 'kube-router');
    case 'weave':
      return ignored(kind, 'Weave Net');
    case 'aws':
      return ignored(kind, 'the Amazon VPC CNI');
    case 'cilium':
      return byCilium(kind, minorOf(version));
    case 'calico':
      return byCalico(kind, minorOf(version));
    case 'antrea':
      return unknown(kind, 'Antrea enforces it only where its AdminNetworkPolicy feature gate is on');
    case 'ovn-kubernetes':
      return kind === 'ClusterNetworkPolicy' ? unknown(kind, 'OVN-Kubernetes documents the v1alpha1 kinds alone') : OVN;
  }
}

/** ClusterNetworkPolicy from 1.20 on, behind --enable-k8s-cluster-network-policy; the kinds of v1alpha1 never. */
function byCilium(kind: AdminKind, minor: number | undefined): Enforcement {
  if (kind !== 'ClusterNetworkPolicy' || (minor !== undefined && minor < 1020)) return ignored(kind, 'Cilium', CILIUM);
  return unknown(kind, 'Cilium enforces it from 1.20 on, where --enable-k8s-cluster-network-policy is set');
}

/** v1alpha1 in 3.29 (the baseline from 3.30) to 3.31, v1alpha2 from 3.32. */
function byCalico(kind: AdminKind, minor: number | undefined): Enforcement {
  const versions = 'Calico enforces the kinds of v1alpha1 in 3.29 to 3.31, and ClusterNetworkPolicy from 3.32 on';
  if (minor === undefined) return unknown(kind, `${versions}, and which version runs is not known`);
  if (kind === 'ClusterNetworkPolicy') return minor >= 3032 ? { kind: 'enforced' } : ignored(kind, 'this Calico');
  if (minor < 3029) return ignored(kind, 'this Calico');
  const first = kind === 'AdminNetworkPolicy' ? 3029 : 3030;
  return minor >= first && minor <= 3031 ? { kind: 'enforced' } : unknown(kind, versions);
}

function ignored(kind: AdminKind, plugin: string, link: string = LIST): Enforcement {
  return { kind: 'ignored', note: `${plugin} does not enforce ${kind}: it is predicted without it (${link})` };
}

function unknown(kind: AdminKind, why: string): Enforcement {
  return { kind: 'unknown', reason: `whether ${kind} is enforced here is not known: ${why} (${LIST})` };
}
