import type { KubeApi, KubeObject } from '../api/model.ts';

/** A pod whose container its node has started. */
export interface StartedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

interface PodEvent {
  readonly involvedObject?: Partial<StartedPod>;
}

/**
 * Tells of pods as soon as their node says that a container was started: up to a second before their status does,
 * which kubelet looks at once a second. What is told may be old, and nothing hangs on being told: whoever may not
 * watch events hears nothing. Returns when `signal` is aborted.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export async function watchStarted(
  kube: KubeApi,
  namespaces: readonly string[],
  onStarted: (pod: StartedPod) => void,
  signal: AbortSignal,
): Promise<void> {
  const query = { fieldSelector: 'involvedObject.kind=Pod,reason=Started' };
  const onEvent = ({ object }: { readonly object: KubeObject }): void => {
    const { namespace, name, uid } = (object as PodEvent).involvedObject ?? {};
    if (namespace !== undefined && name !== undefined && uid !== undefined) onStarted({ namespace, name, uid });
  };
  const watching = namespaces.map((namespace) =>
    kube.watch(`/api/v1/namespaces/${encodeURIComponent(namespace)}/events`, { signal, onEvent, query }),
  );
  await Promise.allSettled(watching);
}
