import type { KubeApi, KubeObject, WatchEvent } from '../api/model.ts';
import { hasStatus } from '../api/errors.ts';

/**
 * Watches the pods of some namespaces, one watch each, and hands on every state of a pod that is in `wanted`.
 * Returns when `signal` is aborted. A watch that lost its place starts again from what is there: nothing is missed,
 * because what counts is the state.
 */
export async function watchPods(
  kube: KubeApi,
  namespaces: readonly string[],
  onPod: (type: WatchEvent['type'], pod: KubeObject) => void,
  signal: AbortSignal,
): Promise<void> {
  const watchOne = async (namespace: string): Promise<void> => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    while (!signal.aborted) {
      try {
        await kube.watch(path, { signal, onEvent: ({ type, object }) => onPod(type, object) });
      } catch (error) {
        if (!hasStatus(error, 410)) throw error;
      }
    }
  };
  await Promise.all(namespaces.map(watchOne));
}
