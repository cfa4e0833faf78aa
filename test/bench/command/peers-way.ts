import { setTimeout as sleep } from 'node:timers/promises';
import { PROBE_CONTAINER } from '../../../src/harness/clusters/api/attach.ts';
import type { KubeApi, KubeManifest, KubeObject } from '../../../src/harness/clusters/api/model.ts';
import { createLedger } from '../../../src/harness/clusters/standins/ledger.ts';
import type { Probe, ProbePod } from '../../../src/harness/probe/model.ts';
import { probeByExec } from '../matrix/exec-probe.ts';
import { NAMES, NAMESPACES, PORTS } from './workloads.ts';

/** What cyclonus waits after each change before it probes, ms: `--perturbation-wait-seconds`. */
const WAIT_MS = 5_000;

/**
 * The same question as cyclonus 0.5.6 asks it (`cyclonus probe`): nine pods with a container for each port, 5 s, then
 * one exec for each of 9 × 9 × 2 cells, 15 at once. Kinder than it is: no services, and a busybox where it starts a Go
 * binary.
 * @returns s, pods included
 */
export async function measurePeersWay(kube: KubeApi, image: string, signal: AbortSignal): Promise<number> {
  const ledger = createLedger(kube, 'bench-peers');
  const began = performance.now();
  try {
    const wanted = NAMESPACES.flatMap((namespace) => NAMES.map((name) => peerPod(namespace, `peer-${name}`, image)));
    await Promise.all(wanted.map((pod) => ledger.create(pod)));
    let pods = await running(kube);
    for (; pods.length < wanted.length; pods = await running(kube)) await sleep(500, undefined, { signal });
    await sleep(WAIT_MS, undefined, { signal });
    const probes = pods.flatMap((from) => pods.flatMap((to) => PORTS.map((port) => probeOf(from, to, port))));
    const { open, cells } = await probeByExec(kube, probes, new Map(pods.map((pod) => [pod.id, pod])), 1);
    if (open < cells) throw new Error(`${cells - open} of ${cells} cells of an open network are not open`);
    return (performance.now() - began) / 1000;
  } finally {
    await ledger.removeAll();
  }
}

function probeOf(from: ProbePod, to: ProbePod, port: number): Probe {
  const [address = ''] = to.addresses;
  return { key: `${from.id} ${to.id} ${port}`, from: from.id, protocol: 'TCP', port, target: { address } };
}

async function running(kube: KubeApi): Promise<readonly ProbePod[]> {
  const lists = await Promise.all(NAMESPACES.map((namespace) => kube.list(`/api/v1/namespaces/${namespace}/pods`)));
  return lists.flatMap(({ items }) => items).flatMap(runningPeer);
}

function runningPeer({ metadata, status }: KubeObject): readonly ProbePod[] {
  const { phase, podIP } = (status ?? {}) as { readonly phase?: string; readonly podIP?: string };
  const { namespace = '', name, uid = '' } = metadata;
  if (!name.startsWith('peer-') || phase !== 'Running' || podIP === undefined) return [];
  const listening = { TCP: PORTS, UDP: [] };
  return [{ id: `${namespace}/${name}`, namespace, name, uid, node: '', addresses: [podIP], listening }];
}

function peerPod(namespace: string, name: string, image: string): KubeManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
      containers: PORTS.map((port, index) => ({
        name: index === 0 ? PROBE_CONTAINER : `port-${port}`,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['/bin/busybox', 'nc', '-ll', '-p', String(port), '-e', '/bin/busybox', 'true'],
      })),
    },
  };
}
