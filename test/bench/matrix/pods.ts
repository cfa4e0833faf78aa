import { createConnector } from '../../../src/harness/clusters/api/attach.ts';
import { createLedger, type Ledger } from '../../../src/harness/clusters/standins/ledger.ts';
import type { PlacedPod } from '../../../src/harness/clusters/standins/model.ts';
import { place } from '../../../src/harness/clusters/standins/place.ts';
import { agentSource } from '../../../src/harness/probe/agent/source.ts';
import type { Probe } from '../../../src/harness/probe/model.ts';
import { createProber, type AttachedProber } from '../../../src/harness/probe/prober.ts';
import type { Lab } from '../support/lab.ts';

export const NAMESPACE = 'bench-matrix';
export const PORTS = [8080, 9090] as const;
const PODS = 20;
/** Of the pods, so many get a policy that lets nobody in: a little more than half, because a pod always reaches itself. */
const CLOSED = 11;
const NONCE = 'bench';

export interface Square {
  readonly pods: ReadonlyMap<string, PlacedPod>;
  readonly prober: AttachedProber;
  /** Every pod to every pod on both ports. */
  readonly probes: readonly Probe[];
  /** From the first request until every pod runs, ms. */
  readonly placedMs: number;
}

/** Twenty probe pods of the product, attached; removed when `use` has ended, however. */
export async function withSquare<T>(
  { kube, probeImage }: Lab,
  signal: AbortSignal,
  use: (square: Square, ledger: Ledger) => Promise<T>,
): Promise<T> {
  const ledger = createLedger(kube, 'bench');
  try {
    await ledger.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    const demands = Array.from({ length: PODS }, (_, index) => ({
      id: `${NAMESPACE}/pod-${index}`,
      namespace: NAMESPACE,
      labels: { app: `pod-${index}`, side: index < CLOSED ? 'closed' : 'open' },
      serviceAccount: 'default',
      ports: [],
      listen: { TCP: PORTS, UDP: [] },
    }));
    const run = { mode: 'ephemeral', runId: 'bench', nonce: NONCE, image: probeImage, agentSource } as const;
    const placement = await place(kube, demands, {
      run: { ...run, activeDeadlineSeconds: 3600 },
      ledger,
      signal,
    });
    const pods = new Map(placement.pods.map((pod) => [pod.id, pod]));
    const prober = await createProber(placement.pods, createConnector(kube), NONCE);
    try {
      return await use({ pods, prober, probes: probesOf(placement.pods), placedMs: placement.durationMs }, ledger);
    } finally {
      await prober.close();
    }
  } finally {
    const { left } = await ledger.removeAll();
    for (const { object, why } of left) process.stderr.write(`left behind: ${object}: ${why}\n`);
  }
}

function probesOf(pods: readonly PlacedPod[]): readonly Probe[] {
  return pods.flatMap((from) =>
    pods.flatMap((to) =>
      PORTS.map((port) => ({
        key: `${from.id} ${to.id} ${port}`,
        from: from.id,
        protocol: 'TCP' as const,
        port,
        target: { address: to.addresses[0] ?? '' },
        responders: [to.uid],
      })),
    ),
  );
}

/** Lets nobody in to the pods whose side is closed. */
export const CLOSING_POLICY = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'closed', namespace: NAMESPACE },
  spec: { podSelector: { matchLabels: { side: 'closed' } }, policyTypes: ['Ingress'] },
};
