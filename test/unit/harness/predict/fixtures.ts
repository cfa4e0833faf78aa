import type { Direction, Protocol } from '../../../../src/requirements/model.ts';
import type { Labels, LabelExpression, LabelSelector } from '../../../../src/requirements/selector.ts';
import type {
  Inventory,
  Namespace,
  NetworkPolicy,
  PolicyPeer,
  PolicyRule,
  Service,
  UnmodelledPolicy,
  Workload,
} from '../../../../src/harness/inventory/model.ts';

/** Short forms for tests: the API's own field names, with its defaults. */
export interface SelectorSpec {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface PeerSpec {
  readonly podSelector?: SelectorSpec;
  readonly namespaceSelector?: SelectorSpec;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PortSpec {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface PolicySpec {
  readonly podSelector?: SelectorSpec;
  readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly { readonly from?: readonly PeerSpec[]; readonly ports?: readonly PortSpec[] }[];
  readonly egress?: readonly { readonly to?: readonly PeerSpec[]; readonly ports?: readonly PortSpec[] }[];
}

const at = (file: string, line: number) => ({ file, line, column: 1 });

export function selector({ matchLabels = {}, matchExpressions = [] }: SelectorSpec): LabelSelector {
  return {
    matchLabels,
    matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({
      key,
      operator: operator as LabelExpression['operator'],
      values,
    })),
  };
}

export function namespace(name: string, labels: Labels = {}, defined = true): Namespace {
  return { name, labels: { 'kubernetes.io/metadata.name': name, ...labels }, defined };
}

/** `workload('shop/web', {app: 'web'}, …)`: a Deployment unless said otherwise. */
export function workload(path: string, labels: Labels = {}, more: Partial<Workload> = {}): Workload {
  const [ns = '', name = ''] = path.split('/');
  const kind = more.kind ?? 'Deployment';
  return {
    id: `${path}[${kind}]`,
    namespace: ns,
    name,
    kind,
    labels,
    ports: [],
    hostNetwork: false,
    serviceAccount: 'default',
    pods: [],
    position: at(`${name}.yaml`, 1),
    ...more,
  };
}

/** A running pod with an address, on a node. */
export function pod(address: string | readonly string[], node?: string, labels?: Labels): Workload['pods'][number] {
  const addresses = typeof address === 'string' ? [address] : address;
  return { name: `pod-${addresses.join('-')}`, addresses, ...(node && { node }), ...(labels && { labels }) };
}

export function service(path: string, more: Partial<Service> = {}): Service {
  const [ns = '', name = ''] = path.split('/');
  return {
    id: path,
    namespace: ns,
    name,
    type: 'ClusterIP',
    headless: false,
    addresses: [],
    publishNotReadyAddresses: false,
    ports: [],
    position: at(`${name}.yaml`, 1),
    raw: {},
    ...more,
  };
}

/** `policy('shop/web', {…spec})`: positions count rules, the policy at line 1 and rule n at line 10 * n. */
export function policy(path: string, spec: PolicySpec): NetworkPolicy {
  const [ns = '', name = ''] = path.split('/');
  const file = `${name}.yaml`;
  const ingress = spec.ingress ?? [];
  const egress = spec.egress ?? [];
  const types = spec.policyTypes ?? ['Ingress', ...(egress.length > 0 ? ['Egress'] : [])];
  return {
    kind: 'NetworkPolicy',
    id: path,
    namespace: ns,
    name,
    podSelector: selector(spec.podSelector ?? {}),
    directions: types.map((type) => type.toLowerCase() as Direction),
    ingress: ingress.map(({ from, ports }, index) => rule(file, index, from, ports)),
    egress: egress.map(({ to, ports }, index) => rule(file, index, to, ports)),
    position: at(file, 1),
    raw: {},
  };
}

function rule(
  file: string,
  index: number,
  peers: readonly PeerSpec[] = [],
  ports: readonly PortSpec[] = [],
): PolicyRule {
  const position = at(file, 10 * (index + 1));
  return {
    index,
    position,
    ...(peers.length > 0 && { peers: peers.map((spec) => peer(spec, position)) }),
    ...(ports.length > 0 && { ports: ports.map((port) => ({ protocol: 'TCP' as const, ...port, position })) }),
  };
}

function peer({ podSelector, namespaceSelector, ipBlock }: PeerSpec, position: PolicyPeer['position']): PolicyPeer {
  if (ipBlock) return { kind: 'ipBlock', cidr: ipBlock.cidr, except: ipBlock.except ?? [], position };
  return {
    kind: 'pods',
    ...(podSelector && { podSelector: selector(podSelector) }),
    ...(namespaceSelector && { namespaceSelector: selector(namespaceSelector) }),
    position,
  };
}

export function unmodelled(id: string, ns?: string): UnmodelledPolicy {
  return {
    kind: 'CiliumNetworkPolicy',
    id,
    ...(ns !== undefined && { namespace: ns }),
    reason: 'its kind is not modelled',
    position: at('cnp.yaml', 3),
  };
}

export function inventory(parts: Partial<Inventory>): Inventory {
  const names = new Set([...(parts.workloads ?? []), ...(parts.policies ?? [])].map(({ namespace: ns }) => ns));
  const defined = parts.namespaces ?? [];
  const others = [...names].filter((name) => !defined.some((known) => known.name === name));
  return {
    workloads: [],
    services: [],
    policies: [],
    unmodelled: [],
    adminPolicies: [],
    routes: [],
    plugin: { name: 'unknown' },
    notes: [],
    ...parts,
    namespaces: [...defined, ...others.map((name) => namespace(name))],
  };
}
