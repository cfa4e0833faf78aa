import type { DraftCell, CellContext } from './context.ts';
import type { Member } from './members.ts';
import { piecesOf, triedPorts } from './pieces.ts';
import type { Request } from './request.ts';

/** From one workload to another, at the pods' own addresses. */
export function workloadCells(
  request: Request,
  to: Member & { kind: 'workload' },
  context: CellContext,
): readonly DraftCell[] {
  const { from, wanted, requirement } = request;
  if (from.kind !== 'workload') return [];
  const prediction = context.predictor.between(from.workload, to.workload);
  const canBeTried = context.observing && !from.workload.hostNetwork && !to.workload.hostNetwork;
  const tried = canBeTried ? triedPorts(wanted, to) : [];
  return piecesOf(wanted, prediction, requirement.expect, tried).map(({ protocol, ports, outcome }) => ({
    from: from.label,
    to: to.label,
    source: from,
    destination: to,
    via: 'pod',
    protocol,
    ports,
    prediction: {
      predicted: outcome,
      byName: false,
      decide: () => prediction.decide(protocol === 'any' ? 'TCP' : protocol, ports.from),
    },
  }));
}
