import type { StandInChange } from '../clusters/standins/model.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory } from '../inventory/model.ts';
import { cellsOf, type PlannedRequirement } from '../plan/cells.ts';
import { planOf, type Plan } from '../plan/plan.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';
import { createPredictor } from '../predict/predictor.ts';
import type { Predictor } from '../predict/model.ts';
import type { ProbePod } from '../probe/model.ts';
import type { RunOptions } from './options.ts';

/** Where nothing else is said. */
const CLUSTER_DOMAIN = 'cluster.local';

/** How services are tried. */
export interface ServiceTrials {
  /** Cluster IPs by service id, of those that are dialled by their address. */
  readonly serviceAddresses: ReadonlyMap<string, readonly string[]>;
  /** True: a service is judged by its endpoints alone. */
  readonly servicesByEndpoints: boolean;
  /** True: behind services are real pods, which cannot identify themselves. */
  readonly realServices?: boolean;
}

/** What an observation is planned from. */
export interface PlanInput extends ServiceTrials {
  readonly inventory: Inventory;
  readonly resolved: readonly ResolvedRequirement[];
  readonly pods: readonly ProbePod[];
  readonly refused: readonly StandInChange[];
  /** Addresses of hosts. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

export interface PlannedCells {
  readonly predictor: Predictor;
  readonly requirements: readonly PlannedRequirement[];
  /** Of the requirements that are judged: `--only` leaves out the others. */
  readonly plan: Plan;
  readonly notes: readonly string[];
}

/** Predictions, and what is to be dialled by these pods. */
export function planCells(input: PlanInput, run: Pick<RunOptions, 'only' | 'allowExternal'>): PlannedCells {
  const { inventory, resolved, hosts, serviceAddresses, servicesByEndpoints, realServices = false } = input;
  const predictor = createPredictor(inventory);
  const { workloads: dns, assumption } = clusterDns(inventory);
  const isEphemeral = !servicesByEndpoints && !realServices;
  const asked = { inventory, predictor, dns, hosts, observing: true, servicesByEndpoints, isEphemeral };
  const requirements = cellsOf(resolved, asked);
  const wanted = requirements.filter(({ requirement }) => run.only?.includes(requirement.id) !== false);
  const cells = [...new Set(wanted.flatMap(({ cells: own }) => own))];
  const context = {
    pods: new Map(input.pods.map((pod) => [pod.id, pod])),
    serviceAddresses,
    hosts,
    refused: new Map(input.refused.map(({ party, text }) => [party, text])),
    workloads: inventory.workloads,
    allowExternal: run.allowExternal,
    clusterDomain: CLUSTER_DOMAIN,
    realServices,
  };
  return {
    predictor,
    requirements,
    plan: planOf(cells, context, predictor),
    notes: assumption === undefined ? [] : [assumption.text],
  };
}
