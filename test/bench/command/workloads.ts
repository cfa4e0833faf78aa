import type { Ledger } from '../../../src/harness/clusters/standins/ledger.ts';
import type { KubeApi, KubeManifest } from '../../../src/harness/clusters/api/model.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export const NAMESPACES = ['x', 'y', 'z'].map((name) => `bench-${name}`);
export const NAMES = ['a', 'b', 'c'];
export const PORTS = [80, 81];
export const WORKLOADS = NAMESPACES.length * NAMES.length;

/** Nine workloads of one pod each, three to a namespace, as cyclonus has its pods. No policy. */
export async function deployWorkloads(
  kube: KubeApi,
  ledger: Ledger,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  for (const name of NAMESPACES) {
    await ledger.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { bench: 'command' } } });
  }
  await Promise.all(
    NAMESPACES.flatMap((namespace) => NAMES.map((name) => ledger.create(deployment(namespace, name, image)))),
  );
  while (!(await allRun(kube))) await sleep(500, undefined, { signal });
}

/** Every ordered pair of the nine, a workload to itself left out: it would need a second replica. */
export const EVERY_PAIR = JSON.stringify({
  requirements: 'bench',
  cases: NAMESPACES.flatMap((namespace) =>
    NAMES.map((name) => ({
      id: `${namespace}-${name}`.toUpperCase(),
      from: `${namespace}/${name}`,
      mayReach: NAMESPACES.flatMap((other) => NAMES.map((peer) => `${other}/${peer}`)).filter(
        (peer) => peer !== `${namespace}/${name}`,
      ),
      on: PORTS.map((port) => `${port}/tcp`),
    })),
  ),
});

/** The same with each workload to itself, one replica to another: nine stand-ins more. */
export const EVERY_PAIR_AND_ITSELF = JSON.stringify({
  requirements: 'bench',
  cases: [
    {
      id: 'ALL',
      from: { namespaces: { bench: 'command' } },
      mayReach: { namespaces: { bench: 'command' } },
      on: PORTS.map((port) => `${port}/tcp`),
    },
  ],
});

function deployment(namespace: string, name: string, image: string): KubeManifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'main',
              image,
              imagePullPolicy: 'IfNotPresent',
              command: ['/bin/busybox', 'sleep', '1000000'],
              ports: PORTS.map((containerPort) => ({ containerPort })),
            },
          ],
        },
      },
    },
  };
}

async function allRun(kube: KubeApi): Promise<boolean> {
  const lists = await Promise.all(NAMESPACES.map((namespace) => kube.list(`/api/v1/namespaces/${namespace}/pods`)));
  const running = lists.flatMap(({ items }) => items).filter(({ status }) => phaseOf(status) === 'Running');
  return running.length === WORKLOADS;
}

function phaseOf(status: unknown): string {
  return (status as { readonly phase?: string } | undefined)?.phase ?? '';
}
