import { KubeApiError } from '../api/errors.ts';
import { PROBE_CONTAINER } from '../api/attach.ts';
import type { KubeApi } from '../api/model.ts';
import type { Failure } from './gather.ts';

/** The error for a stand-in that does not run: its name, whom it stands for, the reason, and what to do. */
export async function explainFailure(kube: KubeApi, failure: Failure): Promise<KubeApiError> {
  const { name, namespace = 'default' } = failure.sent.metadata;
  const more = failure.logs
    ? await lastLines(kube, namespace, name)
    : failure.late
      ? await lastWarning(kube, namespace, name)
      : '';
  const text = `Pod ${namespace}/${name}, the stand-in for ${failure.demand.id}, does not run: ${failure.why}${more}`;
  return new KubeApiError(text, { code: 'PROBE_NOT_READY', hint: hintFor(failure) });
}

function hintFor({ image, logs, why }: Failure): string {
  if (image || why.includes('image ')) {
    return 'Name an image with Node that the nodes of the cluster have or can pull: --probe-image, or MAYREACH_PROBE_IMAGE.';
  }
  if (logs) return 'The image must have `node`, version 18 or later, on its path: --probe-image names another.';
  if (why.startsWith('no node takes it')) return 'Make room on a node, or leave the workload out of the run.';
  return 'Run again: it may be the node’s trouble of a moment. kubectl describe pod tells more while the pod is there.';
}

/** A user who may not read logs or events gets the message without them, and is told so. */
async function lastLines(kube: KubeApi, namespace: string, name: string): Promise<string> {
  try {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const log = await kube.text(path, { query: { container: PROBE_CONTAINER, tailLines: '10' }, timeoutMs: 5_000 });
    return log.trim() === '' ? '; its log is empty' : `; the end of its log:\n${log.trim()}`;
  } catch (error) {
    if (error instanceof KubeApiError) return ` (its log could not be read: ${error.message})`;
    throw error;
  }
}

async function lastWarning(kube: KubeApi, namespace: string, name: string): Promise<string> {
  try {
    const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},type=Warning`;
    const path = `/api/v1/namespaces/${namespace}/events`;
    const { items } = await kube.list(path, { query: { fieldSelector }, timeoutMs: 5_000 });
    const last = items.at(-1);
    return last === undefined ? '' : `; the cluster says: ${String(last['reason'])}: ${String(last['message'])}`;
  } catch (error) {
    if (error instanceof KubeApiError) return ` (its events could not be read: ${error.message})`;
    throw error;
  }
}
