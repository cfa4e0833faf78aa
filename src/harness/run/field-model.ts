import type { KubeApi } from '../clusters/api/model.ts';
import type { Ledger } from '../clusters/standins/ledger.ts';
import type { Placement, StandInMode } from '../clusters/standins/model.ts';
import type { Service } from '../inventory/model.ts';
import type { PodDemand } from '../plan/demand.ts';
import type { CanaryResult } from '../probe/canary.ts';
import type { AttachedProber } from '../probe/prober.ts';
import type { RunNamespaces } from './run-pods.ts';

/** What a run needs to stand in a cluster. */
export interface FieldOptions {
  readonly kube: KubeApi;
  readonly ledger: Ledger;
  readonly mode: StandInMode;
  /** At most 12 letters and digits: part of every name. */
  readonly shortId: string;
  readonly probeImage: string;
  readonly demands: readonly PodDemand[];
  /** Of the inventory: on a live cluster a stand-in must not be taken for a pod of theirs. */
  readonly services: readonly Service[];
  /** Of the cluster, where known. */
  readonly nodeCount?: number;
  /** False: only the canary needs the outsider, which then goes with it. */
  readonly outsiderNeeded: boolean;
  /** False: nothing may rest on a denial, and the canary is placed only if something does. */
  readonly canaryFirst: boolean;
}

/** Everything of the run that stands in the cluster, attached and ready to measure. */
export interface Field {
  readonly namespaces: RunNamespaces;
  /** Without the pods of namespaces that are released. */
  readonly placement: Placement;
  /** Namespaces of the run in which nothing measures: what comes and goes there is the run's own doing. */
  readonly released: readonly string[];
  readonly prober: AttachedProber;
  /** False: it is placed when it is asked, which takes seconds. */
  readonly canaryStands: boolean;
  /** What the canary showed while the stand-ins were starting; asked again, what it shows by then. */
  canary(): Promise<CanaryResult>;
}
