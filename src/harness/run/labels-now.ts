import type { Labels } from '../../requirements/selector.ts';
import type { KubeApi } from '../clusters/api/model.ts';
import type { Placement } from '../clusters/standins/model.ts';

/** The placement with the labels that the pods carry by now: a controller may be slower than the pod. */
export async function withLabelsNow(kube: KubeApi, placement: Placement): Promise<Placement> {
  const namespaces = [...new Set(placement.pods.map(({ namespace }) => namespace))];
  const labels = new Map<string, Labels>();
  await Promise.all(
    namespaces.map(async (namespace) => {
      const { items } = await kube.list(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`);
      for (const { metadata } of items) labels.set(metadata.uid ?? '', metadata.labels ?? {});
    }),
  );
  // A pod that is gone is told by the watch.
  return { ...placement, pods: placement.pods.map((pod) => ({ ...pod, labels: labels.get(pod.uid) ?? pod.labels })) };
}
