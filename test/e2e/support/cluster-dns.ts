import type { KubeApi } from '../../../src/harness/clusters/api/model.ts';

const CONFIG = '/api/v1/namespaces/kube-system/configmaps/coredns';

/** Lets the cluster's CoreDNS answer for a name outside of it, as a company's DNS would; `restore` takes it back. */
export async function addHostToDns(
  kube: KubeApi,
  name: string,
  address: string,
): Promise<{ restore(): Promise<void> }> {
  const before = await corefile(kube);
  const hosts = `hosts {\n      ${address} ${name}\n      ttl 1\n      fallthrough\n    }\n    `;
  await setCorefile(kube, before.replace(/(\n\s*)(kubernetes )/, `$1${hosts}$2`));
  return { restore: () => setCorefile(kube, before) };
}

async function corefile(kube: KubeApi): Promise<string> {
  const config = await kube.get(CONFIG);
  const { Corefile } = (config?.['data'] ?? {}) as { readonly Corefile?: string };
  if (Corefile === undefined) throw new Error('this cluster has no ConfigMap kube-system/coredns with a Corefile');
  return Corefile;
}

/** The file reaches CoreDNS by its pod's volume some time later: a new pod has it at once. */
async function setCorefile(kube: KubeApi, text: string): Promise<void> {
  await kube.patch(CONFIG, { data: { Corefile: text } });
  const pods = '/api/v1/namespaces/kube-system/pods';
  const query = { labelSelector: 'k8s-app=kube-dns' };
  const { items: old } = await kube.list(pods, { query });
  await Promise.all(old.map(({ metadata }) => kube.remove(`${pods}/${metadata.name}`)));
  const uids = new Set(old.map(({ metadata }) => metadata.uid));
  for (;;) {
    const { items } = await kube.list(pods, { query });
    if (items.length > 0 && items.every((pod) => !uids.has(pod.metadata.uid) && isReady(pod['status']))) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function isReady(status: unknown): boolean {
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}
