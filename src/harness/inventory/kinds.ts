import { didYouMean } from '../../source/suggest.ts';
import type { WorkloadKind } from './model.ts';

/** Which reader takes an object. */
export type Family =
  | 'namespace'
  | 'node'
  | 'workload'
  | 'pod'
  | 'service'
  | 'endpoints'
  | 'policy'
  | 'admin-policy'
  | 'cilium-policy'
  | 'cilium-cidr-group'
  | 'calico-policy'
  | 'istio-policy'
  | 'service-account'
  | 'ingress'
  | 'gateway-route'
  | 'openshift-route'
  | 'unmodelled-policy'
  | 'not-used';

interface KindFacts {
  readonly family: Family;
  /** `apps/v1`: what the kind is written with today. */
  readonly apiVersion: string;
  /** Groups that had it once; their objects are read alike. */
  readonly formerGroups?: readonly string[];
  readonly clusterScoped?: boolean;
}

const APPS = { family: 'workload', apiVersion: 'apps/v1', formerGroups: ['extensions'] } as const;
const GATEWAY = { family: 'gateway-route', apiVersion: 'gateway.networking.k8s.io/v1' } as const;

/** The kinds of Kubernetes itself and the routes, by name: each belongs to one group. */
const KINDS: Readonly<Record<string, KindFacts>> = {
  Namespace: { family: 'namespace', apiVersion: 'v1', clusterScoped: true },
  Node: { family: 'node', apiVersion: 'v1', clusterScoped: true },
  Deployment: APPS,
  StatefulSet: APPS,
  DaemonSet: APPS,
  ReplicaSet: APPS,
  ReplicationController: { family: 'workload', apiVersion: 'v1' },
  Job: { family: 'workload', apiVersion: 'batch/v1' },
  CronJob: { family: 'workload', apiVersion: 'batch/v1' },
  Pod: { family: 'pod', apiVersion: 'v1' },
  Service: { family: 'service', apiVersion: 'v1' },
  EndpointSlice: { family: 'endpoints', apiVersion: 'discovery.k8s.io/v1' },
  Endpoints: { family: 'endpoints', apiVersion: 'v1' },
  ServiceAccount: { family: 'service-account', apiVersion: 'v1' },
  NetworkPolicy: { family: 'policy', apiVersion: 'networking.k8s.io/v1' },
  Ingress: { family: 'ingress', apiVersion: 'networking.k8s.io/v1', formerGroups: ['extensions'] },
  HTTPRoute: GATEWAY,
  GRPCRoute: GATEWAY,
  TCPRoute: GATEWAY,
  TLSRoute: GATEWAY,
  UDPRoute: GATEWAY,
  Route: { family: 'openshift-route', apiVersion: 'route.openshift.io/v1', formerGroups: [''] },
};

/** Policies of custom groups that are modelled, and what they refer to, as `Kind.group`. */
const MODELLED: Readonly<Record<string, Classified>> = {
  'AdminNetworkPolicy.policy.networking.k8s.io': { family: 'admin-policy', clusterScoped: true },
  'BaselineAdminNetworkPolicy.policy.networking.k8s.io': { family: 'admin-policy', clusterScoped: true },
  'ClusterNetworkPolicy.policy.networking.k8s.io': { family: 'admin-policy', clusterScoped: true },
  'CiliumNetworkPolicy.cilium.io': { family: 'cilium-policy', clusterScoped: false },
  'CiliumClusterwideNetworkPolicy.cilium.io': { family: 'cilium-policy', clusterScoped: true },
  'CiliumCIDRGroup.cilium.io': { family: 'cilium-cidr-group', clusterScoped: true },
  'AuthorizationPolicy.security.istio.io': { family: 'istio-policy', clusterScoped: false },
  'PeerAuthentication.security.istio.io': { family: 'istio-policy', clusterScoped: false },
  ...calicoKinds('projectcalico.org'),
  ...calicoKinds('crd.projectcalico.org'),
};

/** Its policies and what they refer to. Its staged policies enforce nothing, and are left out. */
function calicoKinds(group: string): Readonly<Record<string, Classified>> {
  const kind = (clusterScoped: boolean): Classified => ({ family: 'calico-policy', clusterScoped });
  const staged: Classified = { family: 'not-used', clusterScoped: true };
  return {
    [`NetworkPolicy.${group}`]: kind(false),
    [`GlobalNetworkPolicy.${group}`]: kind(true),
    [`Tier.${group}`]: kind(true),
    [`NetworkSet.${group}`]: kind(false),
    [`GlobalNetworkSet.${group}`]: kind(true),
    [`HostEndpoint.${group}`]: kind(true),
    [`StagedNetworkPolicy.${group}`]: staged,
    [`StagedGlobalNetworkPolicy.${group}`]: staged,
    [`StagedKubernetesNetworkPolicy.${group}`]: staged,
  };
}

/** Kinds that change what may reach what and are not modelled, as `Kind.group`; true: of the whole cluster. */
const UNMODELLED: Readonly<Record<string, boolean>> = {
  'NetworkPolicy.crd.antrea.io': false,
  'ClusterNetworkPolicy.crd.antrea.io': true,
  'ApplicationNetworkPolicy.networking.k8s.aws': false,
  'ClusterNetworkPolicy.networking.k8s.aws': true,
  'EgressFirewall.k8s.ovn.org': false,
  'EgressNetworkPolicy.network.openshift.io': false,
  // As a pod's primary network these keep it apart from every other network, policies or not.
  // https://docs.redhat.com/en/documentation/openshift_container_platform/4.21/html/network_apis/userdefinednetwork-k8s-ovn-org-v1
  'UserDefinedNetwork.k8s.ovn.org': false,
  'ClusterUserDefinedNetwork.k8s.ovn.org': true,
};

export interface Classified {
  readonly family: Family;
  readonly clusterScoped: boolean;
  /** What is wrong with the kind or the apiVersion, and what was probably meant. */
  readonly wrong?: { readonly message: string; readonly hint: string };
}

export const WORKLOAD_KINDS: readonly WorkloadKind[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
];

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Whether the kind is read, whatever its group. */
export function isKnownKind(kind: string): boolean {
  return Object.hasOwn(KINDS, kind);
}

/** Whether objects of the family decide what may reach what: none of them may be missed. */
export function isPolicyFamily(family: Family): boolean {
  return family === 'policy' || family.endsWith('-policy');
}

/** What to do with an object of this kind. A kind of ours in a wrong group of Kubernetes is a mistake, not a skip. */
export function classify(kind: string, apiVersion: string): Classified {
  const group = groupOf(apiVersion);
  const modelled = MODELLED[`${kind}.${group}`];
  if (modelled !== undefined) return modelled;
  const unmodelled = UNMODELLED[`${kind}.${group}`];
  if (unmodelled !== undefined) return { family: 'unmodelled-policy', clusterScoped: unmodelled };
  const facts = isKnownKind(kind) ? KINDS[kind] : undefined;
  if (facts !== undefined && ofGroup(facts, group)) {
    return { family: facts.family, clusterScoped: facts.clusterScoped ?? false };
  }
  const wrong = mistake(kind, apiVersion, facts);
  // A policy of a group that is not known here may be a plugin's: it must not be passed over.
  if (wrong.wrong === undefined && kind.endsWith('NetworkPolicy'))
    return { family: 'unmodelled-policy', clusterScoped: false, ...misspelt(kind, group) };
  return { family: 'not-used', clusterScoped: true, ...wrong };
}

function ofGroup({ apiVersion, formerGroups = [] }: KindFacts, group: string): boolean {
  return groupOf(apiVersion) === group || formerGroups.includes(group);
}

function mistake(kind: string, apiVersion: string, facts: KindFacts | undefined): Pick<Classified, 'wrong'> {
  if (kind === '') return { wrong: { message: 'must be given', hint: 'Every object has an apiVersion and a kind.' } };
  if (!isKubernetesOwn(groupOf(apiVersion))) return {};
  if (facts !== undefined) {
    const message = apiVersion === '' ? 'has no apiVersion beside it' : `is not in apiVersion ${apiVersion}`;
    return { wrong: { message, hint: `Write apiVersion: ${facts.apiVersion}.` } };
  }
  // Short kinds are near to too many others (Node, Role).
  const hint = kind.length < 6 ? undefined : didYouMean(kind, Object.keys(KINDS));
  return hint === undefined ? {} : { wrong: { message: `${JSON.stringify(kind)} is not known`, hint } };
}

/** A group that is nearly one of those which have the kind. */
function misspelt(kind: string, group: string): Pick<Classified, 'wrong'> {
  const known = [...Object.keys(MODELLED), ...Object.keys(UNMODELLED)]
    .filter((name) => name.startsWith(`${kind}.`))
    .map((name) => name.slice(kind.length + 1));
  const facts = isKnownKind(kind) ? KINDS[kind] : undefined;
  const hint = didYouMean(group, facts === undefined ? known : [...known, groupOf(facts.apiVersion)]);
  return hint === undefined ? {} : { wrong: { message: `is of no group ${group} that is known here`, hint } };
}

/** Groups of custom resources have a dot in their name; `.k8s.io` is kept for Kubernetes. */
function isKubernetesOwn(group: string): boolean {
  return !group.includes('.') || group === 'networking.k8s.io';
}
