import { setTimeout as delay } from 'node:timers/promises';
import { MayreachError } from '../../../source/error.ts';
import type { KubeApi, KubeObject } from '../api/model.ts';

export interface ReadyOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Between two questions, ms. Default 250. */
  readonly intervalMs?: number;
}

/**
 * Waits until pods can be made: the API server is ready, the service account controller has run, a node is Ready.
 * @throws MayreachError CLUSTER_START_FAILED, naming what was missing at the end; the signal's reason when aborted
 */
export async function waitUntilReady(kube: KubeApi, options: ReadyOptions): Promise<void> {
  const missing = await waitUntil(() => whatIsMissing(kube, options.signal), options);
  if (missing === undefined) return;
  throw new MayreachError(`the cluster is up, but after ${seconds(options.timeoutMs)} ${missing}`, {
    code: 'CLUSTER_START_FAILED',
    hint: 'The machine may be too slow or too full: k3s needs 2 cores and 2 GB of memory.',
  });
}

/**
 * Waits for the cluster's DNS; names cannot be tried before. Comes back with what is missing, or undefined: without
 * DNS a run goes on, and says what it could not try.
 */
export async function waitForDns(kube: KubeApi, options: ReadyOptions): Promise<string | undefined> {
  const path = '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices';
  return waitUntil(async () => {
    const { items } = await kube.list(path, {
      query: { labelSelector: 'kubernetes.io/service-name=kube-dns' },
      signal: options.signal,
    });
    return items.some(hasReadyEndpoint) ? undefined : 'the service kube-system/kube-dns has no ready endpoint';
  }, options);
}

async function whatIsMissing(kube: KubeApi, signal: AbortSignal): Promise<string | undefined> {
  try {
    await kube.text('/readyz', { signal, timeoutMs: 5_000 });
  } catch (error) {
    signal.throwIfAborted();
    return `its API server is not ready: ${error instanceof Error ? error.message : String(error)}`;
  }
  const [account, nodes] = await Promise.all([
    kube.get('/api/v1/namespaces/default/serviceaccounts/default', { signal }),
    kube.list('/api/v1/nodes', { signal }),
  ]);
  if (account === undefined) return 'the service account default/default does not exist';
  if (nodes.items.length === 0) return 'no node has registered';
  const reasons = nodes.items.map(whyNotReady);
  return reasons.includes(undefined) ? undefined : `no node is Ready (${reasons.join('; ')})`;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

function whyNotReady({ metadata, status }: KubeObject): string | undefined {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? undefined : `${metadata.name}: ${ready?.message ?? 'no status yet'}`;
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean };
}

function hasReadyEndpoint({ endpoints }: KubeObject): boolean {
  // Absent means ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready
  return ((endpoints ?? []) as readonly Endpoint[]).some(({ conditions }) => conditions?.ready !== false);
}

/** Asks until nothing is missing or the time is over; comes back with what is missing then. */
async function waitUntil(
  missing: () => Promise<string | undefined>,
  { signal, timeoutMs, intervalMs = 250 }: ReadyOptions,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const what = await missing();
    if (what === undefined || Date.now() > deadline) return what;
    // An aborted pause throws an error of its own; the loop's start throws the reason.
    await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
