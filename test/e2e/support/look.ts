import type { KubeApi, KubeManifest } from '../../../src/harness/clusters/api/model.ts';

/** Looks at a cluster as its users see it. */
export async function standInsOf(kube: KubeApi, namespace: string): Promise<readonly KubeManifest[]> {
  const { items } = await kube.list(`/api/v1/namespaces/${namespace}/pods`);
  return items.filter(({ metadata }) => metadata.annotations?.['mayreach.dev/run'] !== undefined);
}

/** Addresses to which a service sends its users. */
export async function readyAddresses(kube: KubeApi, namespace: string, service: string): Promise<readonly string[]> {
  interface Endpoint {
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready?: boolean; readonly serving?: boolean };
  }
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const { items } = await kube.list(path, { query: { labelSelector: `kubernetes.io/service-name=${service}` } });
  const endpoints = items.flatMap((slice) => (slice['endpoints'] ?? []) as readonly Endpoint[]);
  return endpoints
    .filter(({ conditions: { ready, serving } }) => ready !== false || serving === true)
    .flatMap(({ addresses }) => addresses);
}

/** Asks until it is so; the test's own deadline ends what never is. */
export async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** The address of the pod with this `app`. */
export function addressOf(pods: readonly KubeManifest[], app: string): string {
  const pod = pods.find(({ metadata }) => metadata.labels?.['app'] === app);
  const { podIP } = (pod?.['status'] ?? {}) as { readonly podIP?: string };
  if (podIP === undefined) throw new Error(`no pod of ${app} has an address`);
  return podIP;
}
