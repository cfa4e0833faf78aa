import { openChannel } from '../../../src/harness/clusters/api/channel.ts';
import { PROBE_CONTAINER } from '../../../src/harness/clusters/api/attach.ts';
import type { KubeApi } from '../../../src/harness/clusters/api/model.ts';
import type { Probe, ProbePod } from '../../../src/harness/probe/model.ts';

/** How the peers probe: cyclonus and policy-assistant keep so many execs under way. */
export const PEER_WORKERS = 15;

export interface PeerRun {
  readonly cells: number;
  readonly open: number;
  readonly seconds: number;
}

/**
 * One `exec` of a one-shot connect for each cell, as cyclonus (pkg/connectivity/probe/jobrunner.go) and its kind do it.
 * Kinder than they are: no kubectl process, a busybox `nc` where they start a Go binary, nothing is said about who
 * answered, and nothing is tried twice.
 */
export async function probeByExec(
  kube: KubeApi,
  probes: readonly Probe[],
  pods: ReadonlyMap<string, ProbePod>,
  timeoutSeconds: number,
): Promise<PeerRun> {
  const queue = probes.values();
  let open = 0;
  const began = performance.now();
  const worker = async (): Promise<void> => {
    for (const probe of queue) if (await connectsByExec(kube, probe, pods, timeoutSeconds)) open += 1;
  };
  await Promise.all(Array.from({ length: PEER_WORKERS }, worker));
  return { cells: probes.length, open, seconds: (performance.now() - began) / 1000 };
}

async function connectsByExec(
  kube: KubeApi,
  { from, target, port }: Probe,
  pods: ReadonlyMap<string, ProbePod>,
  timeoutSeconds: number,
): Promise<boolean> {
  const pod = pods.get(from);
  if (pod === undefined || !('address' in target)) throw new TypeError(`there is no pod ${from}`);
  const connect = ['/bin/busybox', 'nc', '-w', String(timeoutSeconds), target.address, String(port)];
  const command = [...connect, '-e', '/bin/busybox', 'true'];
  const words = command.map((word): [string, string] => ['command', word]);
  const query = new URLSearchParams([['container', PROBE_CONTAINER], ['stdout', 'true'], ['stderr', 'true'], ...words]);
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/exec?${query.toString()}`;
  const channel = await openChannel(`${kube.server.replace(/^http/, 'ws')}${path}`, await kube.socketAccess());
  const { promise, resolve } = Promise.withResolvers<string>();
  channel.onClose(resolve);
  const reason = await promise;
  channel.close();
  return reason.includes('Success');
}
