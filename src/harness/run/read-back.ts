import { setTimeout as sleep } from 'node:timers/promises';
import { PROBE_CONTAINER } from '../clusters/api/attach.ts';
import type { KubeApi, KubeObject } from '../clusters/api/model.ts';
import type { PlacedPod, Placement, StandInChange } from '../clusters/standins/model.ts';
import { podState } from '../clusters/standins/pod-state.ts';

/** How long the status of a pod that answered may be behind, ms: kubelet looks once a second. */
const STATUS_MS = 10_000;
const PAUSE_MS = 200;

/**
 * The placement as the cluster tells it by now: labels, for a controller may be slower than the pod; the image; and the
 * address, which was the agent's word where a pod answered before its status said so. Where the two differ, what was
 * seen there does not count.
 */
export async function readBack(
  kube: KubeApi,
  placement: Placement,
  { signal, patienceMs = STATUS_MS }: { readonly signal: AbortSignal; readonly patienceMs?: number },
): Promise<Placement> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const now = await listed(kube, placement);
    const late = placement.pods.filter((pod) => stateOf(now.get(pod.uid))?.state === 'waiting');
    if (late.length === 0 || performance.now() > deadline) {
      const changes = placement.pods.flatMap((pod) => addressChange(pod, now.get(pod.uid)));
      const pods = placement.pods.map((pod) => asTold(pod, now.get(pod.uid)));
      return { ...placement, pods, changed: [...placement.changed, ...changes] };
    }
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

async function listed(kube: KubeApi, { pods }: Placement): Promise<ReadonlyMap<string, KubeObject>> {
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))];
  const lists = await Promise.all(
    namespaces.map((namespace) => kube.list(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`)),
  );
  return new Map(lists.flatMap(({ items }) => items).map((pod) => [pod.metadata.uid ?? '', pod]));
}

/** A pod that is gone is told by the watch. */
function stateOf(pod: KubeObject | undefined): ReturnType<typeof podState> | undefined {
  return pod === undefined ? undefined : podState(pod, PROBE_CONTAINER);
}

function asTold(pod: PlacedPod, now: KubeObject | undefined): PlacedPod {
  if (now === undefined) return pod;
  const state = stateOf(now);
  const image = state?.state === 'running' && state.imageId !== undefined ? { imageId: state.imageId } : {};
  return { ...pod, labels: now.metadata.labels ?? {}, ...image };
}

function addressChange({ id, addresses }: PlacedPod, now: KubeObject | undefined): readonly StandInChange[] {
  const state = stateOf(now);
  const own = addresses.join(', ');
  if (state?.state === 'waiting') {
    return [
      { party: id, text: `it answered at ${own}, but the cluster does not say that it runs`, disqualifies: true },
    ];
  }
  if (state?.state !== 'running') return [];
  const told = state.addresses.toSorted().join(', ');
  if (told === addresses.toSorted().join(', ')) return [];
  return [{ party: id, text: `it answered at ${own}, but its address is ${told}`, disqualifies: true }];
}
