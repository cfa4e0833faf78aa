import type { KubeApi } from '../../../src/harness/clusters/api/model.ts';

/** A token of a service account, which is made: somebody with no right but those that the test binds. */
export async function tokenOf(kube: KubeApi, namespace: string, name: string): Promise<string> {
  await kube.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  await kube.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, annotations: { 'kubernetes.io/service-account.name': name } },
    type: 'kubernetes.io/service-account-token',
  });
  for (;;) {
    const secret = await kube.get(`/api/v1/namespaces/${namespace}/secrets/${name}`);
    const { token } = (secret?.['data'] ?? {}) as { readonly token?: string };
    if (token !== undefined) return Buffer.from(token, 'base64').toString();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
