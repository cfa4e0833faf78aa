import type { KubeApi } from '../clusters/api/model.ts';
import type { Ledger } from '../clusters/standins/ledger.ts';
import type { StandInMode } from '../clusters/standins/model.ts';
import type { Service } from '../inventory/model.ts';
import type { PodDemand } from '../plan/demand.ts';

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
}
