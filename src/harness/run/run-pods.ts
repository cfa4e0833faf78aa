import type { KubeObject } from '../clusters/api/model.ts';
import type { Ledger } from '../clusters/standins/ledger.ts';
import type { StandInDemand } from '../clusters/standins/model.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { PodDemand } from '../plan/demand.ts';
import type { Member } from '../plan/members.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';

/** Where the canary's and the outsider's pods listen, both protocols. */
export const RUN_POD_PORT = 41998;

/** Namespaces of the run's own: the outsider's is nobody else's, so that no policy speaks of it. */
export interface RunNamespaces {
  readonly outsider: string;
  readonly canary: string;
}

/** `ProbePod.id` of the canary on a node. */
export const canaryId = (node: string | undefined): string => (node === undefined ? 'canary' : `canary@${node}`);

/** The first peer is the outsider that requirements name; on further nodes it is only the canary's. */
export const peerId = (node: string | undefined, first: boolean): string =>
  first || node === undefined ? outsider().id : `${outsider().id}@${node}`;

/** As they are named, whatever `runId` stands for. */
export function runNamespaces(runId: string): RunNamespaces {
  return { outsider: `mayreach-${runId}-outsider`, canary: `mayreach-${runId}-canary` };
}

/** Creates these of the run's namespaces; who asks again gets what there is. */
export async function createNamespaces(ledger: Ledger, runId: string, names: readonly string[]): Promise<void> {
  const labels = { 'mayreach.dev/run': runId, 'app.kubernetes.io/managed-by': 'mayreach' };
  await Promise.all(
    names.map((name) => ledger.ensure({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  );
}

export interface RunPodOptions {
  /** Absent: wherever the scheduler puts them. */
  readonly node: string | undefined;
  readonly first: boolean;
  /** Where requirements want the outsider to listen. */
  readonly listen: PodDemand['listen'] | undefined;
}

/** The pods of one node: a canary, and a peer that no policy isolates. */
export function runPodDemands(namespaces: RunNamespaces, options: RunPodOptions): readonly StandInDemand[] {
  const canary = { ...bare(options.node), id: canaryId(options.node), namespace: namespaces.canary, listen: OWN_PORTS };
  return [canary, outsiderDemand(namespaces, options)];
}

/** The canary's peer on a node; the first is the outsider of the requirements. */
export function outsiderDemand(namespaces: RunNamespaces, { node, first, listen }: RunPodOptions): StandInDemand {
  return {
    ...bare(node),
    id: peerId(node, first),
    namespace: namespaces.outsider,
    listen: {
      TCP: [...new Set([...OWN_PORTS.TCP, ...(listen?.TCP ?? [])])],
      UDP: [...new Set([...OWN_PORTS.UDP, ...(listen?.UDP ?? [])])],
    },
  };
}

const OWN_PORTS = { TCP: [RUN_POD_PORT], UDP: [RUN_POD_PORT] };

function bare(node: string | undefined): Pick<StandInDemand, 'labels' | 'serviceAccount' | 'ports' | 'node'> {
  return { labels: {}, serviceAccount: 'default', ports: [], ...(node === undefined ? {} : { node }) };
}

/**
 * Whether anything but the canary asks for the outsider: as an end of a requirement, or as the control of what is no
 * pod of the run.
 */
export function needsOutsider(resolved: readonly ResolvedRequirement[]): boolean {
  const isOutsider = (member: Member): boolean => member.kind === 'workload' && member.workload.id === outsider().id;
  return resolved
    .flatMap(({ requests }) => requests)
    .some(({ from, to }) => to.kind !== 'workload' || isOutsider(from) || isOutsider(to));
}

/** The canary's policy; it is put on and lifted. */
export const CANARY_POLICY = 'mayreach-canary-deny';

/** True for what the run itself makes and removes while it observes. What others do to its pods is not its own. */
export function isRunsOwn({ kind, metadata }: KubeObject, { outsider: aside, canary }: RunNamespaces): boolean {
  if (kind === 'Namespace') return metadata.name === aside || metadata.name === canary;
  return kind === 'NetworkPolicy' && metadata.namespace === canary && metadata.name === CANARY_POLICY;
}

/** The policy of the canary: it isolates every pod of the canary's namespace, in both directions. */
export function canaryPolicy(namespace: string): {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  spec: unknown;
} {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: CANARY_POLICY, namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}
