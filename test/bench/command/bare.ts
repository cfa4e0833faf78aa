import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi, KubeManifest } from '../../../src/harness/clusters/api/model.ts';
import { createLedger } from '../../../src/harness/clusters/standins/ledger.ts';

/** What a cluster needs for pods alone, whoever asks for them. */
export interface BarePods {
  readonly startSeconds: number;
  readonly removeSeconds: number;
}

const NAMESPACE = 'bench-x';
/** Ends at once when it is asked to, as the agent does. */
const UNTIL_ASKED = "trap 'exit 0' TERM; sleep 1000000 & wait";

/**
 * Starts as many pods as a run does, which only sleep, and removes them: the share of a run's time that is the
 * cluster's own. Everything else in the table is ours.
 */
export async function measureBarePods(
  kube: KubeApi,
  image: string,
  count: number,
  signal: AbortSignal,
): Promise<BarePods> {
  const ledger = createLedger(kube, 'bench-bare');
  const began = performance.now();
  try {
    const names = Array.from({ length: count }, (_, index) => `bare-${index}`);
    await Promise.all(names.map((name) => ledger.create(barePod(name, image))));
    while ((await countRunning(kube)) < count) await sleep(100, undefined, { signal });
    const startedAt = performance.now();
    const { left } = await ledger.removeAll();
    if (left.length > 0) throw new Error(`${left.length} bare pods are still there`);
    return {
      startSeconds: (startedAt - began) / 1000,
      removeSeconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await ledger.removeAll();
  }
}

async function countRunning(kube: KubeApi): Promise<number> {
  const { items } = await kube.list(`/api/v1/namespaces/${NAMESPACE}/pods`);
  return items.filter(
    ({ metadata, status }) =>
      metadata.name.startsWith('bare-') && (status as { readonly phase?: string } | undefined)?.phase === 'Running',
  ).length;
}

function barePod(name: string, image: string): KubeManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      containers: [
        { name: 'main', image, imagePullPolicy: 'IfNotPresent', command: ['/bin/busybox', 'sh', '-c', UNTIL_ASKED] },
      ],
    },
  };
}
