import type { KubeApi } from '../clusters/api/model.ts';
import type { Ledger } from '../clusters/standins/ledger.ts';
import type { PlacedPod } from '../clusters/standins/model.ts';
import { runCanary, type CanaryPair, type CanaryResult } from '../probe/canary.ts';
import type { Prober } from '../probe/model.ts';
import { canaryId, canaryPolicy, peerId, type RunNamespaces } from './run-pods.ts';

export const CANARY_STAGE = 'watching the canary: open, denied, lifted';

/** The canaries and their peers, and whoever speaks to their agents. */
export interface CanaryField {
  readonly namespaces: RunNamespaces;
  /** One for each node that carries a cell; `undefined` for the only node there is. */
  readonly nodes: readonly (string | undefined)[];
  readonly pods: readonly PlacedPod[];
  readonly prober: Prober;
  readonly ledger: Pick<Ledger, 'marked'>;
}

/** Shows on every node that carries a cell whether the network enforces a policy at all. */
export async function runCanaries(field: CanaryField, kube: KubeApi, signal: AbortSignal): Promise<CanaryResult> {
  const policy = field.ledger.marked(canaryPolicy(field.namespaces.canary));
  const { namespace, name } = canaryPolicy(field.namespaces.canary).metadata;
  const path = await kube.pathOf({ ...policy, namespace, name });
  return runCanary(
    field.prober,
    field.nodes.flatMap((node, index) => pairOn(field, node, index === 0)),
    {
      applyDeny: async () => {
        // Not applied: that would need the right to patch policies.
        await kube.create(policy);
      },
      liftDeny: async () => {
        await kube.remove(path);
      },
    },
    { signal },
  );
}

function pairOn({ pods }: CanaryField, node: string | undefined, first: boolean): readonly CanaryPair[] {
  const canary = pods.find(({ id }) => id === canaryId(node));
  const peer = pods.find(({ id }) => id === peerId(node, first));
  return canary === undefined || peer === undefined ? [] : [{ node: canary.node, canary, peer }];
}
