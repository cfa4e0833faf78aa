import type { AddressSet } from '../predict/sets/addresses.ts';
import type { AddressPrediction } from '../predict/model.ts';
import type { CellContext, DraftCell } from './context.ts';
import type { Member } from './members.ts';
import { piecesOf, triedPorts } from './pieces.ts';
import type { Request } from './request.ts';

/** To or from addresses outside the cluster: a cell for each part of them that is answered alike. */
export function addressCells(
  { requirement, from, wanted }: Request,
  to: Member & { kind: 'workload' | 'addresses' },
  { predictor, observing }: CellContext,
): readonly DraftCell[] {
  const parts = partsBetween(from, to, predictor);
  return parts.flatMap(({ addresses, prediction }) => {
    const single = to.kind === 'addresses' && singleAddress(addresses) !== undefined;
    const tried = observing && single ? triedPorts(wanted, to) : [];
    const range = { kind: 'addresses', addresses } as const;
    const name = parts.length === 1 ? (to.kind === 'addresses' ? to : from).label : addresses.ranges().join(', ');
    return piecesOf(wanted, prediction, requirement.expect, tried).map(({ protocol, ports, outcome }): DraftCell => ({
      from: from.kind === 'addresses' ? name : from.label,
      to: to.kind === 'addresses' ? name : to.label,
      source: from.kind === 'workload' ? from : range,
      destination: to.kind === 'workload' ? to : range,
      via: 'address',
      protocol,
      ports,
      prediction: {
        predicted: outcome,
        byName: false,
        decide: () => prediction.decide(protocol === 'any' ? 'TCP' : protocol, ports.from),
      },
    }));
  });
}

/** The one address of a set that has only one, as text. */
export function singleAddress(addresses: AddressSet): string | undefined {
  const [cidr, ...more] = addresses.toCidrs();
  const [address, length] = (cidr ?? '').split('/');
  const whole = address?.includes(':') ? '128' : '32';
  return more.length === 0 && length === whole ? address : undefined;
}

function partsBetween(from: Member, to: Member, predictor: CellContext['predictor']): readonly AddressPrediction[] {
  if (from.kind === 'workload' && to.kind === 'addresses') return predictor.toAddresses(from.workload, to.addresses);
  if (from.kind === 'addresses' && to.kind === 'workload') return predictor.fromAddresses(from.addresses, to.workload);
  return [];
}
