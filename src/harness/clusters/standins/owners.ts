import type { AccessQuestion, KubeApi } from '../api/model.ts';
import type { Ledger } from './ledger.ts';
import type { StandInDemand } from './model.ts';
import { ownerName } from './naming.ts';
import { inTurn } from '../../probe/in-turn.ts';
import type { Owner, StandInRun } from './pod-spec.ts';

interface LiveRun {
  readonly run: StandInRun;
  readonly ledger: Ledger;
}

const AT_ONCE = 16;

/** Asked for, and done without where one is denied: a class that may not be removed again is not made. */
export const PRIORITY_CLASS_RIGHTS: readonly AccessQuestion[] = ['create', 'get', 'delete'].map((verb) => ({
  verb,
  resource: 'priorityclasses.scheduling.k8s.io',
}));

/** One object a namespace that owns the pods there: with it gone, the cluster removes them, whoever is left to ask. */
export async function createOwners(
  demands: readonly StandInDemand[],
  { run, ledger }: LiveRun,
): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>();
  const namespaces = [...new Set(demands.map(({ namespace }) => namespace))];
  await inTurn(namespaces, AT_ONCE, async (namespace) => {
    const name = ownerName(run.runId);
    const { metadata } = await ledger.ensure({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    owners.set(namespace, { name, uid: metadata.uid ?? '' });
  });
  return owners;
}

/**
 * Below everything that runs, and never making room for itself by ending others. Where the user may not create it, the
 * pods have the cluster's default priority.
 */
export async function withPriorityClass(kube: KubeApi, { run, ledger }: LiveRun): Promise<StandInRun> {
  const answers = await Promise.all(PRIORITY_CLASS_RIGHTS.map((right) => kube.can(right)));
  if (!answers.every(({ allowed }) => allowed)) return run;
  const name = ownerName(run.runId);
  await ledger.ensure({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: -1_000_000,
    preemptionPolicy: 'Never',
    description: 'Stand-ins of a mayreach run; removed with it.',
  });
  return { ...run, priorityClass: name };
}
