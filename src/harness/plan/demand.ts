import type { Workload } from '../inventory/model.ts';
import { triedPorts } from './pieces.ts';
import type { PortPoint } from './ports.ts';
import type { Request } from './request.ts';
import type { ResolvedRequirement } from './requests.ts';

/** A stand-in that the requirements need: whom it stands for, and where it must listen. */
export interface PodDemand {
  /** The workload's id; `<id>#2` for the second replica that "a workload to itself" needs. */
  readonly id: string;
  readonly workload: Workload;
  readonly listen: { readonly TCP: readonly number[]; readonly UDP: readonly number[] };
}

/** The id of a workload's second stand-in. */
export function replicaId(id: string): string {
  return `${id}#2`;
}

/**
 * The stand-ins for all workloads that requirements name, and for those of `always`, each listening on every port
 * that it declares and that requirements name or that ranges are tried at.
 */
export function demandsOf(resolved: readonly ResolvedRequirement[], always: readonly Workload[]): readonly PodDemand[] {
  const wanted = new Map<string, { workload: Workload; points: PortPoint[]; replica: boolean }>();
  const want = (workload: Workload): { points: PortPoint[]; replica: boolean } => {
    const entry = wanted.get(workload.id) ?? { workload, points: [...workload.ports], replica: false };
    wanted.set(workload.id, entry);
    return entry;
  };
  always.forEach(want);
  for (const request of resolved.flatMap(({ requests }) => requests)) {
    if (request.from.kind === 'workload') want(request.from.workload);
    for (const { workload, points } of listenersOf(request)) {
      const entry = want(workload);
      entry.points.push(...points);
      entry.replica ||= request.from.kind === 'workload' && request.from.workload.id === workload.id;
    }
  }
  return [...wanted.values()]
    .filter(({ workload }) => !workload.hostNetwork)
    .flatMap(({ workload, points, replica }) => {
      const listen = { TCP: portsOf(points, 'TCP'), UDP: portsOf(points, 'UDP') };
      const first = { id: workload.id, workload, listen };
      return replica ? [first, { ...first, id: replicaId(workload.id) }] : [first];
    });
}

function listenersOf({ to, wanted }: Request): readonly { workload: Workload; points: readonly PortPoint[] }[] {
  if (to.kind === 'workload') {
    return [{ workload: to.workload, points: [...wanted.points, ...triedPorts(wanted, to)] }];
  }
  if (to.kind !== 'service') return [];
  return to.endpoints.map(({ workload, port, targetPort }) => ({
    workload,
    points: [{ protocol: port.protocol, port: targetPort }],
  }));
}

function portsOf(points: readonly PortPoint[], protocol: 'TCP' | 'UDP'): readonly number[] {
  const ports = points.filter((point) => point.protocol === protocol).map(({ port }) => port);
  return [...new Set(ports)].sort((a, b) => a - b);
}
