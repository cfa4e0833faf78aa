import type { KubeApi, KubeManifest } from '../../../../src/harness/clusters/api/model.ts';
import { PROBE_CONTAINER } from '../../../../src/harness/clusters/api/attach.ts';
import type { Ledger } from '../../../../src/harness/clusters/standins/ledger.ts';
import { standInPod, type StandInRun } from '../../../../src/harness/clusters/standins/pod-spec.ts';
import { podState } from '../../../../src/harness/clusters/standins/pod-state.ts';
import type { ProbePod } from '../../../../src/harness/probe/model.ts';
import { nodeDemand } from './scene.ts';

/** A probe pod on the host network: for policies it is its node. The product places none, since it would be the node's. */
export async function placeNodePod(kube: KubeApi, ledger: Ledger, run: StandInRun): Promise<ProbePod> {
  const { metadata } = await ledger.create(onHostNetwork(standInPod(nodeDemand, run)));
  const path = `/api/v1/namespaces/${nodeDemand.namespace}/pods/${metadata.name}`;
  for (;;) {
    const pod = await kube.get(path);
    const state = pod === undefined ? undefined : podState(pod, PROBE_CONTAINER);
    if (state?.state === 'failed') throw new Error(`the pod on the host network does not run: ${state.why}`);
    if (state?.state === 'running') {
      const { id, namespace, listen } = nodeDemand;
      const { node, addresses } = state;
      return { id, namespace, name: metadata.name, uid: metadata.uid ?? '', node, addresses, listening: listen };
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Its network has the node's settings, which a pod may not change. */
function onHostNetwork(pod: KubeManifest): KubeManifest {
  const { securityContext, ...spec } = pod['spec'] as { readonly securityContext: Readonly<Record<string, unknown>> };
  const { sysctls, ...allowed } = securityContext;
  if (sysctls === undefined) throw new Error('a stand-in sets no sysctl any more: mend this test');
  return { ...pod, spec: { ...spec, hostNetwork: true, securityContext: allowed } };
}
