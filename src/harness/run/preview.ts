import type { Collection } from '../clusters/kubeconfig/collections.ts';
import type { StandInChange } from '../clusters/standins/model.ts';
import { ownerName, standInName } from '../clusters/standins/naming.ts';
import { refusals } from '../clusters/standins/refusals.ts';
import type { Inventory } from '../inventory/model.ts';
import { demandsOf, type PodDemand } from '../plan/demand.ts';
import { mayResolve, type ExternalAccess } from '../plan/external.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';
import { AddressSet } from '../predict/sets/addresses.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { ProbePod } from '../probe/model.ts';
import { hostNames } from './hosts.ts';
import type { RunOptions } from './options.ts';
import type { Restraint } from './measure.ts';
import { isOutsider, toStandIn } from './placing.ts';
import { planCells, type PlannedCells, type ServiceTrials } from './plan-cells.ts';
import { dialsOf, type Dials } from './preview-dials.ts';
import { externalOf, untriedOf, type ExternalTarget, type Untried } from './preview-untried.ts';
import { named, namespacesOf, optionalRightsFor, rightsFor, type Rights } from './rights.ts';
import { CANARY_POLICY, runNamespaces } from './run-pods.ts';

/** In place of the run's id, which nobody knows before the run. */
const RUN = 'RUN';

export interface PlannedStandIn {
  readonly namespace: string;
  readonly name: string;
  /** A workload's id; `<id>#2` for its second replica. */
  readonly standsFor: string;
}

type Right = Omit<Rights[number], 'allowed' | 'optional'>;

/** What a probing run would do. Names hold `RUN` where the run's id will stand. */
export interface ProbePreview {
  /** Of the run's own. */
  readonly namespaces: readonly string[];
  readonly standIns: readonly PlannedStandIn[];
  /** Workloads that get none, because a stand-in could harm. */
  readonly refused: readonly StandInChange[];
  /** The run's object that owns its pods, one in each of these namespaces. */
  readonly owner: { readonly name: string; readonly namespaces: readonly string[] };
  /** A canary and its peer on each node that carries a stand-in; `nodes` at most. */
  readonly runPods: { readonly nodes: number; readonly policy: string };
  /** False: the canary, and with it the settling, follow only if a connection is not open. */
  readonly canaryFirst: boolean;
  readonly dials: Dials;
  readonly external: readonly ExternalTarget[];
  /** Hosts that a pod of the run asks the cluster's DNS for. */
  readonly names: readonly string[];
  /** Services that are dialled themselves: pods that serve users answer. */
  readonly realServices: readonly string[];
  readonly untried: readonly Untried[];
  readonly rights: readonly Right[];
  /** Asked for, and done without. */
  readonly optionalRights: readonly Right[];
}

export interface PreviewInput {
  readonly inventory: Inventory;
  readonly resolved: readonly ResolvedRequirement[];
  readonly services: ServiceTrials;
  readonly nodeCount: number;
  /** Policy kinds of plugins that a run follows. */
  readonly followed?: readonly Collection[];
  readonly restraint: Restraint;
  readonly canaryFirst: boolean;
}

/**
 * From what is planned to what would be done; nothing is asked of the cluster. The plan is made as in a run, with pods
 * and hosts that have made-up addresses, since theirs are not known before.
 */
export function previewOf(
  { inventory, resolved, services, nodeCount, followed, restraint, canaryFirst }: PreviewInput,
  run: Pick<RunOptions, 'only' | 'allowExternal'>,
): ProbePreview {
  const demands = demandsOf(resolved, []);
  const wanted = demands.filter((demand) => !isOutsider(demand)).map(toStandIn);
  const refused = refusals(wanted, inventory.services);
  const standIns = wanted.filter(({ id }) => !refused.some(({ party }) => party === id));
  const names = hostNames(resolved).filter((name) => mayResolve(name, run.allowExternal));
  const own = runNamespaces(RUN);
  const hosts = new Map(names.map((name, index) => [name, [`${MADE_UP}.${dotted(index)}`]]));
  const pods = madeUpPods(
    demands.filter(({ id }) => !refused.some(({ party }) => party === id)),
    familiesOf(inventory),
  );
  const allowExternal = withMadeUp(run.allowExternal);
  const planned = planCells({ inventory, resolved, pods, refused, hosts, ...services }, { ...run, allowExternal });
  const owned = [...new Set(standIns.map(({ namespace }) => namespace))];
  return {
    namespaces: [own.canary, own.outsider],
    standIns: standIns.map(({ id, namespace }) => ({ namespace, name: standInName(RUN, id), standsFor: id })),
    refused,
    owner: { name: ownerName(RUN), namespaces: [own.canary, own.outsider, ...owned] },
    runPods: { nodes: Math.max(1, Math.min(nodeCount, standIns.length)), policy: CANARY_POLICY },
    canaryFirst,
    dials: dialsOf(planned.plan.probes, labelsOf(pods, hosts), restraint),
    external: externalOf(planned.plan, hosts, run.allowExternal),
    names,
    realServices: realServicesOf(planned),
    untried: untriedOf(planned, run.only),
    rights: rightsFor(namespacesOf(demands), own).map(named),
    optionalRights: optionalRightsFor(namespacesOf(demands), own, followed).map(named),
  };
}

/** The first part of the addresses of hosts: no requirement means these. */
const MADE_UP = 127;

/** A host whose addresses may turn out to be in the list's ranges is counted as if they were. */
function withMadeUp(access: ExternalAccess): ExternalAccess {
  if (typeof access === 'boolean' || access.ranges.isEmpty) return access;
  return { ...access, ranges: access.ranges.union(AddressSet.of(`${MADE_UP}.0.0.0/8`)) };
}

type Family = 'IPv4' | 'IPv6';

/** A stand-in gets an address of each family that the cluster gives its pods. */
function familiesOf({ workloads }: Inventory): readonly Family[] {
  const addresses = workloads.flatMap(({ pods }) => pods.flatMap((pod) => pod.addresses));
  const families = [...new Set(addresses.map((address): Family => (address.includes(':') ? 'IPv6' : 'IPv4')))];
  return families.length === 0 ? ['IPv4'] : families;
}

/** The pods of the run, the outsider among them whether or not it is asked for: it is there as the canary's peer. */
function madeUpPods(demands: readonly PodDemand[], families: readonly Family[]): readonly ProbePod[] {
  const nobody = demands.some(isOutsider) ? [] : [{ id: outsider().id, workload: outsider(), listen: NOWHERE }];
  return [...demands, ...nobody].map(({ id, workload, listen }, index) => ({
    id,
    namespace: workload.namespace,
    name: standInName(RUN, id),
    uid: id,
    node: '',
    addresses: families.map((family) => (family === 'IPv4' ? `0.${dotted(index)}` : `::${index.toString(16)}`)),
    listening: listen,
  }));
}

const NOWHERE: PodDemand['listen'] = { TCP: [], UDP: [] };

/** The three last parts of an address. */
function dotted(index: number): string {
  return [index >> 16, (index >> 8) & 255, index & 255].join('.');
}

/** Whose each made-up address is. */
function labelsOf(
  pods: readonly ProbePod[],
  hosts: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  return new Map([
    ...pods.flatMap(({ id, addresses }) => addresses.map((address) => [address, id] as const)),
    ...[...hosts].flatMap(([host, addresses]) => addresses.map((address) => [address, host] as const)),
  ]);
}

function realServicesOf({ plan }: PlannedCells): readonly string[] {
  const dialled = plan.cells.filter(
    ({ key, destination }) => destination.kind === 'service' && plan.trials.get(key)?.kind === 'probes',
  );
  return [...new Set(dialled.map(({ to }) => to))];
}
