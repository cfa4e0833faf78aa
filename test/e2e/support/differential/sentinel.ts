import { performance } from 'node:perf_hooks';
import type { KubeApi, KubeManifest } from '../../../../src/harness/clusters/api/model.ts';
import type { StandInDemand } from '../../../../src/harness/clusters/standins/model.ts';
import type { ProbePod, Prober } from '../../../../src/harness/probe/model.ts';
import { isDenial } from '../../../../src/harness/probe/outcome.ts';
import { cellsBetween, probeOf, type Cell } from './cells.ts';
import { SENTINEL_NAMESPACE } from './scene.ts';

const LABELS = { sentinel: 'yes' };
const GUARDED = 'sentinel';
const WATCHER = 'watcher';
const NAME = 'diff-sentinel';
/** One of each pair is open, the other shut; each round it is the other way round. */
const PORTS = {
  NetworkPolicy: [41001, 41002],
  CiliumNetworkPolicy: [41003, 41004],
  CiliumClusterwideNetworkPolicy: [41005, 41006],
} as const;
type Kind = keyof typeof PORTS;
const CILIUM_KINDS: readonly Kind[] = ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'];

const DEADLINE_MS = 30_000;
const TIMEOUT_MS = 300;
/** One look can be a slip: a stalled machine must not pass for a network that enforces. */
const LOOKS = 2;

export const sentinelDemands: readonly StandInDemand[] = [
  { id: GUARDED, labels: LABELS, listen: { TCP: Object.values(PORTS).flat(), UDP: [] } },
  { id: WATCHER, labels: {}, listen: { TCP: [], UDP: [] } },
].map((demand) => ({ ...demand, namespace: SENTINEL_NAMESPACE, serviceAccount: 'default', ports: [] }));

export interface Sentinel {
  /**
   * Changes one policy of each kind and waits until the network shows it: what was sent before has then reached the
   * network plugin as well, for a plugin hears of each kind's changes in their order.
   * @returns how long the slowest took, ms
   */
  flip(): Promise<number>;
  /** Removes the policy that is of the whole cluster; the others go with their namespace. */
  remove(): Promise<void>;
}

export function sentinelOf(kube: KubeApi, prober: Prober, pods: readonly ProbePod[], cilium: boolean): Sentinel {
  const kinds: readonly Kind[] = ['NetworkPolicy', ...(cilium ? CILIUM_KINDS : [])];
  const party = [WATCHER, GUARDED].flatMap((id) => pods.filter((pod) => pod.id === id));
  const cells = cellsBetween(party);
  let turn = 0;
  return {
    flip: async () => {
      const [open, shut] = [turn, 1 - turn];
      turn = shut;
      const began = performance.now();
      await Promise.all(kinds.map((kind) => kube.apply(policyOf(kind, PORTS[kind][open] ?? 0))));
      const ports = kinds.map((kind) => PORTS[kind]);
      const isOpen = new Map<number, boolean>(
        ports.flatMap((pair) => pair.map((port, index) => [port, index === open])),
      );
      const watched = cells.filter(({ port }) => isOpen.has(port));
      return watch(prober, watched, (port) => isOpen.get(port) === true, began);
    },
    remove: async () => {
      if (cilium) await kube.remove(`/apis/cilium.io/v2/ciliumclusterwidenetworkpolicies/${NAME}`);
    },
  };
}

async function watch(
  prober: Prober,
  cells: readonly Cell[],
  isOpen: (port: number) => boolean,
  began: number,
): Promise<number> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  if (cells.length === 0) throw new Error('there are no sentinels');
  let [looks, shownAt] = [0, 0];
  while (looks < LOOKS) {
    const askedAt = performance.now();
    if (askedAt - began > DEADLINE_MS) throw new Error(`the sentinels did not turn within ${DEADLINE_MS / 1000} s`);
    const { observations } = await prober.measure(cells.map(probeOf), { attempts: 1, timeoutMs: TIMEOUT_MS, signal });
    const isShown = cells.every(({ key, port }) => {
      const outcome = observations.get(key)?.outcome ?? 'not-measured';
      return isOpen(port) ? outcome === 'open' : isDenial(outcome);
    });
    looks = isShown ? looks + 1 : 0;
    if (looks === 1) shownAt = askedAt;
  }
  return shownAt - began;
}

function policyOf(kind: Kind, port: number): KubeManifest {
  const metadata = { name: NAME, namespace: SENTINEL_NAMESPACE };
  if (kind === 'NetworkPolicy') {
    const spec = { podSelector: { matchLabels: LABELS }, policyTypes: ['Ingress'], ingress: [{ ports: [{ port }] }] };
    return { apiVersion: 'networking.k8s.io/v1', kind, metadata, spec };
  }
  const ingress = [{ fromEntities: ['all'], toPorts: [{ ports: [{ port: String(port), protocol: 'TCP' }] }] }];
  const isWide = kind === 'CiliumClusterwideNetworkPolicy';
  const home = isWide ? { 'k8s:io.kubernetes.pod.namespace': SENTINEL_NAMESPACE } : {};
  return {
    apiVersion: 'cilium.io/v2',
    kind,
    metadata: isWide ? { name: NAME } : metadata,
    spec: { endpointSelector: { matchLabels: { ...LABELS, ...home } }, ingress },
  };
}
