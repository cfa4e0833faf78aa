import { KubeApiError } from './errors.ts';
import type { KubeApi } from './model.ts';

/**
 * Why a pod could not be attached to. A refused WebSocket says nothing itself, so the API is asked: is the pod there
 * and running, may this user attach (from Kubernetes 1.35 that takes `create` as well as `get`), and what does the
 * same path answer to a plain request?
 */
export async function explainAttachFailure(
  kube: KubeApi,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  path: string,
  cause: unknown,
): Promise<KubeApiError> {
  const named = `Pod ${namespace}/${name}`;
  const missing = await missingVerbs(kube, namespace);
  if (missing.length > 0) {
    return new KubeApiError(
      `user ${await userName(kube)} may not ${missing.join(' and ')} pods/attach in namespace ${namespace} (${named})`,
      {
        code: 'RIGHT_MISSING',
        hint: 'Grant both get and create on pods/attach: Kubernetes asks for get up to 1.34, for create from 1.35.',
        status: 403,
        cause,
      },
    );
  }
  const state = await podState(kube, `/api/v1/namespaces/${namespace}/pods/${name}`);
  if (state !== 'Running') {
    return new KubeApiError(`${named} cannot be attached to: it is ${state}`, {
      code: 'PROBE_NOT_READY',
      hint: `kubectl -n ${namespace} describe pod ${name} tells more.`,
      cause,
    });
  }
  const said = cause instanceof Error ? cause.message : String(cause);
  return new KubeApiError(`the WebSocket to ${named} could not be opened: ${said}${await plainAnswer(kube, path)}`, {
    code: 'CLUSTER_UNREACHABLE',
    hint: 'A proxy between here and the API server may not let WebSockets through; kubectl attach shows it.',
    cause,
  });
}

/** By the cluster's name for the user, where it tells. */
async function userName(kube: KubeApi): Promise<string> {
  try {
    return await kube.whoami();
  } catch (error) {
    if (error instanceof KubeApiError) return `of context ${kube.context}`;
    throw error;
  }
}

async function missingVerbs(kube: KubeApi, namespace: string): Promise<readonly string[]> {
  const verbs = ['get', 'create'];
  const answers = await Promise.all(
    verbs.map((verb) => kube.can({ verb, resource: 'pods', subresource: 'attach', namespace })),
  );
  // One of the two is enough for a version that asks for that one; which this is, the plain answer tells.
  return answers.every(({ allowed }) => allowed) ? [] : verbs.filter((_, index) => answers[index]?.allowed === false);
}

async function podState(kube: KubeApi, path: string): Promise<string> {
  const pod = await kube.get(path);
  if (pod === undefined) return 'gone';
  const status = pod['status'] as { readonly phase?: string; readonly reason?: string } | undefined;
  if (pod.metadata['deletionTimestamp'] !== undefined) return 'being deleted';
  return [status?.phase ?? 'without a status', status?.reason].filter(Boolean).join(', ');
}

/** `Upgrade request required` is what a path that works says to a request without upgrade. */
async function plainAnswer(kube: KubeApi, path: string): Promise<string> {
  try {
    await kube.text(path, { timeoutMs: 5_000 });
    return '';
  } catch (error) {
    if (!(error instanceof KubeApiError) || error.status === 400) return '';
    return ` (${error.message})`;
  }
}
