import { PROTOCOLS, type Direction } from '../../requirements/model.ts';
import type { Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { AddressPrediction, Prediction, Predictor } from '../predict/model.ts';
import type { Change } from './model.ts';

/** What becomes of a pair: something is surely opened or closed, or (`doubt`) it is not known what. */
export type Difference = Pick<Change, 'opened' | 'closed' | 'before'> | { readonly doubt: () => string };

interface OutsideDifference {
  readonly addresses: AddressSet;
  readonly difference: Difference;
}

/**
 * Two predictors held against each other. What one of the workloads that neither can tell apart is answered, all of them
 * are: each pair of such groups is asked about once.
 */
export class Comparison {
  readonly #before: Predictor;
  readonly #after: Predictor;
  readonly #addresses: AddressSet;
  readonly #groups = new Map<Workload, number>();
  readonly #indexes = new Map<string, number>();
  /** By the group of the source, then by that of the destination. */
  readonly #pairs: (Difference | undefined | null)[][] = [];
  readonly #outside: Readonly<Record<Direction, (readonly OutsideDifference[])[]>> = { ingress: [], egress: [] };

  /** @param addresses those outside that are asked about */
  constructor(before: Predictor, after: Predictor, addresses: AddressSet) {
    this.#before = before;
    this.#after = after;
    this.#addresses = addresses;
  }

  /** Undefined where both say the same. */
  between(from: Workload, to: Workload): Difference | undefined {
    const row = (this.#pairs[this.#groupOf(from)] ??= []);
    const group = this.#groupOf(to);
    const known = row[group];
    if (known !== undefined) return known ?? undefined;
    const difference = differenceOf(this.#before.between(from, to), this.#after.between(from, to));
    row[group] = difference ?? null;
    return difference;
  }

  /** The addresses towards (`egress`), or from which, something changes. */
  outside(subject: Workload, direction: Direction): readonly OutsideDifference[] {
    return (this.#outside[direction][this.#groupOf(subject)] ??= this.#askOutside(subject, direction));
  }

  #askOutside(subject: Workload, direction: Direction): readonly OutsideDifference[] {
    const ask = (predictor: Predictor, some: AddressSet): readonly AddressPrediction[] =>
      direction === 'ingress' ? predictor.fromAddresses(some, subject) : predictor.toAddresses(subject, some);
    return ask(this.#before, this.#addresses).flatMap((part) =>
      ask(this.#after, part.addresses).flatMap(({ addresses, prediction }) => {
        const difference = differenceOf(part.prediction, prediction);
        return difference === undefined ? [] : [{ addresses, difference }];
      }),
    );
  }

  /** Where a workload on the host network runs, and who runs beside it, is not told by its class. */
  #groupOf(workload: Workload): number {
    const known = this.#groups.get(workload);
    if (known !== undefined) return known;
    const key = isPlaced(workload)
      ? workload.id
      : JSON.stringify([this.#before.classOf(workload), this.#after.classOf(workload)]);
    const index = this.#indexes.get(key) ?? this.#indexes.size;
    this.#indexes.set(key, index);
    this.#groups.set(workload, index);
    return index;
  }
}

/** Node traffic hangs on the nodes that pods are known to run on. */
function isPlaced({ hostNetwork, pods }: Workload): boolean {
  return hostNetwork || pods.some(({ node }) => node !== undefined);
}

function differenceOf(before: Prediction, after: Prediction): Difference | undefined {
  if (before.allowed.equals(after.allowed) && before.unknown.equals(after.unknown)) return undefined;
  const possible = before.allowed.union(before.unknown);
  const opened = after.allowed.subtract(possible);
  const closed = before.allowed.subtract(after.allowed).subtract(after.unknown);
  if (opened.isEmpty && closed.isEmpty) return { doubt: () => doubtOf([before, after]) };
  return { opened, closed, before: possible };
}

function doubtOf(predictions: readonly Prediction[]): string {
  for (const prediction of predictions) {
    for (const protocol of PROTOCOLS) {
      const [first] = prediction.unknown.intervals(protocol);
      const reason = first && prediction.decide(protocol, first.from).reason;
      if (reason !== undefined) return reason;
    }
  }
  return 'what the policies say of it is not known';
}
