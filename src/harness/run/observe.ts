import type { KubeApi, KubeObject } from '../clusters/api/model.ts';
import type { PlacedPod } from '../clusters/standins/model.ts';
import type { Collection } from '../clusters/kubeconfig/collections.ts';
import { watchChanges, type ChangeWatch } from '../clusters/kubeconfig/watch.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { Inventory, NetworkPlugin } from '../inventory/model.ts';
import type { PlannedRequirement } from '../plan/cells.ts';
import { dialRule } from '../plan/external.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';
import type { Predictor } from '../predict/model.ts';
import type { ObservedRun } from '../verdict/observed-run.ts';
import { admissionDoubts, changeDoubts, isOwnAddress, mergeDoubts, outsiderDoubts } from './doubts.ts';
import type { Field } from './field-model.ts';
import { hostNames, learnHosts } from './hosts.ts';
import { measure, type Restraint } from './measure.ts';
import { undefinedIn, withStandIns } from './observed-inventory.ts';
import type { RunOptions } from './options.ts';
import { readBack } from './read-back.ts';
import { planCells, type PlannedCells, type ServiceTrials } from './plan-cells.ts';
import { isRunsOwn } from './run-pods.ts';

export interface ObserveOptions extends ServiceTrials {
  readonly kube: KubeApi;
  readonly field: Field;
  readonly inventory: Inventory;
  readonly plugin: NetworkPlugin;
  /** Policy kinds of plugins, to be watched as well. */
  readonly watchMore?: readonly Collection[];
  /** On the inventory without stand-ins; asked again once they run, when addresses are known. */
  readonly resolve: (inventory: Inventory) => readonly ResolvedRequirement[];
  /** Policies and namespaces as they were read before the pods were placed, by the path of their collection. */
  readonly baseline?: ReadonlyMap<string, readonly KubeObject[]>;
  /** Absent: the cluster is the run's own. */
  readonly restraint?: Restraint;
}

export interface ObservedFacts {
  readonly inventory: Inventory;
  readonly predictor: Predictor;
  readonly planned: readonly PlannedRequirement[];
  /** The run's own, as the cluster told them at the end. */
  readonly pods: readonly PlacedPod[];
  readonly observed: ObservedRun;
  readonly cluster: Pick<Evidence['cluster'], Measuring | 'observing' | 'changes'>;
  readonly notes: readonly string[];
}

type Measuring = 'canaries' | 'noCanary' | 'settling' | 'stopped';

/** Canary, settling, the batch: what the network does, for every cell that can be tried. */
export async function observe(options: ObserveOptions, run: RunOptions): Promise<ObservedFacts> {
  const { kube, field, baseline, watchMore = [], realServices = false } = options;
  const watch = await watchChanges(kube, {
    ignore: (object) => isRunsOwn(object, field.namespaces) || isReleased(object, field),
    more: watchMore,
    ...(baseline === undefined ? {} : { baseline }),
  });
  try {
    const planned = await planObservation(options, run);
    const { batch, canaries, ...told } = await measure({ ...planned, restraint: options.restraint }, field, run);
    const changes = (await watch.end()).filter((change) => !isOwnAddress(change, field.placement.pods));
    const readNow = await readBack(kube, field.placement, run);
    const doubts = mergeDoubts(
      changeDoubts(changes, field.placement.pods, { realServices }),
      outsiderDoubts(await policiesIn(kube, field.namespaces.outsider)),
      admissionDoubts(planned.inventory, readNow),
      admissionDoubts(planned.inventory, field.placement),
    );
    const pods = new Map(field.placement.pods.map((pod) => [pod.id, pod]));
    return {
      inventory: planned.inventory,
      predictor: planned.predictor,
      planned: planned.requirements,
      pods: readNow.pods,
      observed: {
        plan: planned.plan,
        batch,
        canaries,
        pods,
        doubts,
        undefinedNamespaces: undefinedIn(planned.inventory),
      },
      cluster: {
        canaries: [...canaries],
        ...told,
        observing: { durationMs: batch.durationMs, cells: planned.plan.cells.length, attempts: batch.attempts },
        changes: [...changes.map(({ text }) => text), ...watch.gaps],
      },
      notes: [...planned.notes, ...field.prober.failedPorts, ...readNow.changed.map(({ text }) => text)],
    };
  } finally {
    await endQuietly(watch);
  }
}

type Planned = PlannedCells & { readonly inventory: Inventory; readonly mayDial: ReturnType<typeof dialRule> };

/** Predictions, now that addresses are known, and what is to be dialled. */
async function planObservation(options: ObserveOptions, run: RunOptions): Promise<Planned> {
  const { field, plugin } = options;
  const { pods, refused } = field.placement;
  const inventory = withStandIns(options.inventory, pods, plugin);
  const resolved = options.resolve(inventory);
  const hosts = await learnHosts(resolved, field.prober, run.allowExternal);
  const planned = planCells({ ...options, inventory, resolved, pods, refused, hosts }, run);
  return { inventory, mayDial: dialRule(run.allowExternal, new Set(hostNames(resolved))), ...planned };
}

/** Pods that the run no longer needs go while it observes. */
function isReleased({ metadata }: KubeObject, { released }: Field): boolean {
  return metadata.namespace !== undefined && released.includes(metadata.namespace);
}

async function policiesIn(kube: KubeApi, namespace: string): Promise<readonly string[]> {
  const path = await kube.pathOf({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace });
  const { items } = await kube.list(path);
  return items.map(({ metadata }) => `${namespace}/${metadata.name}`);
}

/** The watch of a run that failed: the failure is what counts. */
async function endQuietly(watch: ChangeWatch): Promise<void> {
  await watch.end().catch(() => undefined);
}
