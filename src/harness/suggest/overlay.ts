import type { Direction } from '../../requirements/model.ts';
import type { Workload } from '../inventory/model.ts';
import { ALL_ADDRESSES, type AddressSet } from '../predict/sets/addresses.ts';
import type { AddressPrediction, Prediction, Predictor } from '../predict/model.ts';

/** Addresses outside with what each of two predictors says of them. */
export interface Overlay {
  readonly addresses: AddressSet;
  readonly first: Prediction;
  readonly second: Prediction;
}

/** All addresses, in parts that neither of two predictors divides; parts of which both say the same are one. */
export function overlayOf(
  first: Predictor,
  second: Predictor,
  direction: Direction,
  workload: Workload,
): readonly Overlay[] {
  const parts = new Map<string, Overlay>();
  for (const one of outside(first, direction, workload)) {
    for (const other of outside(second, direction, workload)) {
      const addresses = one.addresses.intersect(other.addresses);
      if (addresses.isEmpty) continue;
      const key = [one, other].map(({ prediction }) => textOf(prediction)).join(' | ');
      const known = parts.get(key)?.addresses;
      parts.set(key, {
        addresses: known?.union(addresses) ?? addresses,
        first: one.prediction,
        second: other.prediction,
      });
    }
  }
  return [...parts.values()];
}

/** What addresses outside may connect to a workload, or it to them. */
export function outside(
  predictor: Predictor,
  direction: Direction,
  workload: Workload,
  addresses: AddressSet = ALL_ADDRESSES,
): readonly AddressPrediction[] {
  return direction === 'ingress'
    ? predictor.fromAddresses(addresses, workload)
    : predictor.toAddresses(workload, addresses);
}

function textOf({ allowed, unknown }: Prediction): string {
  return `${allowed.format()} ${unknown.format()}`;
}
