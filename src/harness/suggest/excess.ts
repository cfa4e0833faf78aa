import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { AddressPrediction, Predictor } from '../predict/model.ts';
import { subtractAllows, type AddressAllow } from '../undocumented/documented.ts';
import { Granted } from './granted.ts';
import type { Claim, Excess, SuggestedPolicy } from './model.ts';
import { outside } from './overlay.ts';
import { addressText, governedPairs, governedWorkloads, whyAt } from './pairs.ts';
import type { Scope } from './scope.ts';

export interface ExcessInput {
  /** With the suggested policies and no others. */
  readonly inventory: Inventory;
  /** Of that inventory. */
  readonly predictor: Predictor;
  readonly scope: Scope;
  readonly may: readonly Claim[];
  readonly suggested: readonly SuggestedPolicy[];
}

/** What the suggested policies allow, or may allow, and no requirement asks for: exact sets, and why each is there. */
export function excessOf(input: ExcessInput): readonly Excess[] {
  const { inventory, scope, may, suggested } = input;
  const granted = new Granted(may, scope, inventory);
  const alike = alikeReasons(suggested);
  const governed = governedWorkloads(inventory, scope);
  return [
    ...excessBetween(input, granted, alike),
    ...governed.flatMap((one) => excessOutside(input, one, 'ingress', granted.fromAddresses(one), alike.get(one))),
    ...governed.flatMap((one) => excessOutside(input, one, 'egress', granted.toAddresses(one), alike.get(one))),
  ];
}

type Reasons = ReadonlyMap<Workload, string>;

function excessBetween(
  { inventory, predictor, scope }: ExcessInput,
  granted: Granted,
  alike: Reasons,
): readonly Excess[] {
  const found: Excess[] = [];
  for (const [from, to] of governedPairs(inventory, scope)) {
    const prediction = predictor.between(from, to);
    const asked = granted.between(from, to);
    for (const certain of [true, false]) {
      const connections = (certain ? prediction.allowed : prediction.unknown).subtract(asked);
      if (connections.isEmpty) continue;
      const reason = alike.get(from) ?? alike.get(to) ?? whyAt(prediction, connections);
      found.push({ from: from.id, to: to.id, connections, certain, reason });
    }
  }
  return found;
}

function excessOutside(
  { predictor }: ExcessInput,
  workload: Workload,
  direction: Direction,
  asked: readonly AddressAllow[],
  why: string | undefined,
): readonly Excess[] {
  const end = ({ addresses }: AddressAllow): Pick<Excess, 'from' | 'to'> =>
    direction === 'ingress'
      ? { from: addressText(addresses), to: workload.id }
      : { from: workload.id, to: addressText(addresses) };
  const beyond = ({ addresses, prediction }: AddressPrediction, certain: boolean): readonly Excess[] =>
    subtractAllows({ addresses, connections: certain ? prediction.allowed : prediction.unknown }, asked)
      .filter(({ connections }) => !connections.isEmpty)
      .map((left) => {
        const { connections } = left;
        return { ...end(left), connections, certain, reason: why ?? whyAt(prediction, connections) };
      });
  return outside(predictor, direction, workload).flatMap((part) => [...beyond(part, true), ...beyond(part, false)]);
}

/** Workloads that one policy has to select together get what each of them needs. */
function alikeReasons(suggested: readonly SuggestedPolicy[]): Reasons {
  return new Map(
    suggested
      .filter(({ workloads }) => workloads.length > 1)
      .flatMap(({ workloads }) => {
        const reason = `labels do not tell ${workloads.map(({ id }) => id).join(' and ')} apart, so policies cannot either`;
        return workloads.map((workload) => [workload, reason] as const);
      }),
  );
}
