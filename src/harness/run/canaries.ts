import type { KubeApi } from '../clusters/api/model.ts';
import { runCanary, type CanaryPair, type CanaryResult } from '../probe/canary.ts';
import type { Field } from './field.ts';
import { canaryId, canaryPolicy, peerId } from './run-pods.ts';

/** Shows on every node that carries a cell whether the network enforces a policy at all. */
export async function runCanaries(field: Field, kube: KubeApi, signal: AbortSignal): Promise<CanaryResult> {
  const policy = canaryPolicy(field.namespaces.canary);
  const path = await kube.pathOf({ ...policy, ...policy.metadata });
  return runCanary(
    field.prober,
    field.nodes.flatMap((node, index) => pairOn(field, node, index === 0)),
    {
      applyDeny: async () => {
        await kube.apply(policy);
      },
      liftDeny: async () => {
        await kube.remove(path);
      },
    },
    { signal },
  );
}

function pairOn({ placement }: Field, node: string | undefined, first: boolean): readonly CanaryPair[] {
  const canary = placement.pods.find(({ id }) => id === canaryId(node));
  const peer = placement.pods.find(({ id }) => id === peerId(node, first));
  return canary === undefined || peer === undefined ? [] : [{ node: canary.node, canary, peer }];
}
