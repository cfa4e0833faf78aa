import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Request } from './request.ts';

/** What a request asks of the pods themselves: a service's ports become the target ports of those behind it. */
export interface Target {
  readonly to: string;
  readonly connections: ConnectionSet;
}

export function resolveTargets({ to, wanted }: Request): readonly Target[] {
  if (to.kind !== 'service') return [{ to: to.label, connections: wanted.connections }];
  return to.endpoints
    .filter(({ port }) => wanted.connections.contains(port.protocol, port.port))
    .map(({ workload, port, targetPort }) => ({
      to: workload.id,
      connections: ConnectionSet.port(port.protocol, targetPort),
    }));
}
