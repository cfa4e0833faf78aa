import { NAMESPACE_NAME, selects } from '../../../requirements/selector.ts';
import type { AdminPolicy, AdminRule } from '../../inventory/admin-model.ts';
import { clusterDns } from '../../inventory/dns.ts';
import type { Inventory, NetworkPolicy, Note, PolicyPeer, PolicyRule, Workload } from '../../inventory/model.ts';
import type { Protocol } from '../../../requirements/model.ts';
import { NamespaceIndex } from '../ends/namespaces.ts';
import { AddressSet } from '../sets/addresses.ts';

/** What it listens on unless told otherwise, and what takes its place in iptables mode is the service's own address. */
const CACHE = AddressSet.of('169.254.20.10');
const PROTOCOLS: readonly Protocol[] = ['UDP', 'TCP'];
const LINKS =
  'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/, https://github.com/kubernetes/kubernetes/tree/master/cluster/addons/dns/nodelocaldns';

/**
 * Where NodeLocal DNSCache runs, questions for names go to a pod on the host network of the asking pod's own node. A
 * rule that names the pods of kube-dns may not let them through: plugins differ, so it is not known, unless the policy
 * lets everyone, or the cache's address, be asked as well.
 * https://github.com/kubernetes/kubernetes/tree/master/cluster/addons/dns/nodelocaldns
 */
export function cachePolicies(inventory: Inventory): readonly AdminPolicy[] {
  const cache = cacheOf(inventory);
  if (cache === undefined) return [];
  const index = new NamespaceIndex(inventory, {});
  const servers = clusterDns(inventory).workloads;
  return inventory.policies
    .filter((policy) => servers.some((server) => asksByLabels(policy, server, index)))
    .map((policy) => doubtOf(policy, servers, cache));
}

/** That it runs. */
export function cacheNotes(inventory: Inventory): readonly Note[] {
  const cache = cacheOf(inventory);
  if (cache === undefined) return [];
  const text = `${cache.id} answers pods' questions for names on their own node: whether a rule that names the pods of kube-dns lets them through is not known (${LINKS})`;
  return [{ text, position: cache.position }];
}

function cacheOf({ workloads }: Inventory): Workload | undefined {
  return workloads.find(({ kind, name }) => kind === 'DaemonSet' && name === 'node-local-dns');
}

function asksByLabels(
  { namespace, directions, egress }: NetworkPolicy,
  server: Workload,
  index: NamespaceIndex,
): boolean {
  if (!directions.includes('egress')) return false;
  const asking = egress.filter((rule) => PROTOCOLS.some((protocol) => isAsked(rule, protocol, server)));
  if (asking.some(({ peers }) => peers === undefined || peers.some(isCache))) return false;
  return asking.some(({ peers = [] }) => peers.some((peer) => means(peer, namespace, server, index)));
}

function isAsked({ ports }: PolicyRule, wanted: Protocol, server: Workload): boolean {
  if (ports === undefined) return true;
  return ports.some(({ protocol, port, endPort }) => {
    if (protocol !== wanted) return false;
    if (typeof port === 'string') return server.ports.some((one) => one.name === port && one.port === 53);
    return port === undefined || (port <= 53 && (endPort ?? port) >= 53);
  });
}

function isCache(peer: PolicyPeer): boolean {
  if (peer.kind !== 'ipBlock') return false;
  const { cidr, except, position } = peer;
  const block = except.reduce(
    (left, hole) => left.subtract(AddressSet.parse(hole, { position })),
    AddressSet.parse(cidr, { position }),
  );
  return block.covers(CACHE);
}

function means(peer: PolicyPeer, home: string, { namespace, labels }: Workload, index: NamespaceIndex): boolean {
  if (peer.kind === 'ipBlock') return false;
  const { namespaceSelector, podSelector } = peer;
  if (podSelector !== undefined && !selects(podSelector, labels)) return false;
  if (namespaceSelector === undefined) return namespace === home;
  return index.match(namespaceSelector, index.get(namespace)) !== 'no';
}

function doubtOf(policy: NetworkPolicy, servers: readonly Workload[], cache: Workload): AdminPolicy {
  const { namespace, podSelector, position } = policy;
  const everything = { matchLabels: {}, matchExpressions: [] };
  const rule: AdminRule = {
    index: 0,
    action: 'deny',
    peers: servers.map((server) => ({
      kind: 'pods',
      namespaceSelector: { ...everything, matchLabels: { [NAMESPACE_NAME]: server.namespace } },
      podSelector: { ...everything, matchLabels: { 'k8s-app': 'kube-dns' } },
      position,
    })),
    ports: PROTOCOLS.map((protocol) => ({ protocol, port: 53, position })),
    doubt: `${cache.id} answers in place of kube-dns, on the pod's own node, and whether a rule that names the pods of kube-dns lets that through is not known (${LINKS})`,
    position,
  };
  return {
    kind: 'NodeLocalDNS',
    id: `beside ${policy.id}`,
    tier: 'admin',
    priority: 0,
    subject: { namespaceSelector: { ...everything, matchLabels: { [NAMESPACE_NAME]: namespace } }, podSelector },
    ingress: [],
    egress: [rule],
    position,
    raw: undefined,
  };
}
