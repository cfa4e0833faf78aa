import { createLedger } from '../../../../../src/harness/clusters/standins/ledger.ts';
import type { Placement, StandInDemand } from '../../../../../src/harness/clusters/standins/model.ts';
import { place, type PlaceOptions } from '../../../../../src/harness/clusters/standins/place.ts';
import type { KubeApi } from '../../../../../src/harness/clusters/api/model.ts';
import { demand, run } from './facts.ts';

/** Beside `demand`, another workload of its namespace. */
export const second: StandInDemand = {
  ...demand,
  id: 'shop/api[Deployment]',
  labels: { app: 'api' },
  serviceAccount: 'default',
};

/** Places for the run of `facts.ts`, with little patience. */
export function placing(
  kube: KubeApi,
  demands: readonly StandInDemand[],
  options: Partial<PlaceOptions> = {},
): Promise<Placement> {
  const ledger = createLedger(kube, run.runId);
  return place(kube, demands, { run, ledger, signal: new AbortController().signal, timeoutMs: 5_000, ...options });
}
