import type { Labels } from '../../../requirements/selector.ts';
import type { ContainerPort } from '../../inventory/model.ts';
import type { ProbePod } from '../../probe/model.ts';

/** A probe pod that is wanted: whom it stands for, and where it listens. */
export interface StandInDemand {
  /** `ProbePod.id`: a workload id, `outsider`, `canary`; a second replica is `<id>#2`. */
  readonly id: string;
  readonly namespace: string;
  /** As the workload's pods carry them. */
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** Declared ports; a name is given to the pod as it is, so that policies and services find it. */
  readonly ports: readonly ContainerPort[];
  /** Every port to listen on: declared ones and those that requirements name. */
  readonly listen: { readonly TCP: readonly number[]; readonly UDP: readonly number[] };
  /** A node's name, where the pod must be there. */
  readonly node?: string;
}

/**
 * `ephemeral`: a cluster of the run's own (k3s): stand-ins are ready and back the services.
 * `live`: a cluster that serves users: never ready, owned by an object of the run, generated labels dropped.
 */
export type StandInMode = 'ephemeral' | 'live';

/** Something that an admission rule or a rule of ours made different from what was asked. */
export interface StandInChange {
  /** `StandInDemand.id`. */
  readonly party: string;
  readonly text: string;
  /** True: the pod is not what it stands for, whatever selectors say; what is seen there does not count. */
  readonly disqualifies?: true;
}

/** A placed stand-in. */
export interface PlacedPod extends ProbePod {
  /** As the cluster keeps them, after admission. */
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** The image that its node runs, by digest or id; absent: the node does not say. */
  readonly imageId?: string;
}

export interface Placement {
  readonly pods: readonly PlacedPod[];
  /** Where a pod is not what was asked for: its cells hang on what that touches. */
  readonly changed: readonly StandInChange[];
  /** Demands that were not placed, because placing them could harm: their cells are not observed. */
  readonly refused: readonly StandInChange[];
  /** From the first request to the last pod that runs, ms. */
  readonly durationMs: number;
}
