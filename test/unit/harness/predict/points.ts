import type { Prediction } from '../../../../src/harness/predict/model.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import type { Protocol } from '../../../../src/requirements/model.ts';
import { PORTS, PROTOCOLS } from './arbitraries.ts';

export interface Point {
  readonly protocol: Protocol;
  readonly port: number;
}

export const POINTS: readonly Point[] = PROTOCOLS.flatMap((protocol) => PORTS.map((port) => ({ protocol, port })));

export function pairsOf({ workloads }: Inventory): readonly (readonly [Workload, Workload])[] {
  return workloads.flatMap((from) => workloads.map((to) => [from, to] as const));
}

export function outcomeOf(prediction: Prediction, { protocol, port }: Point): string {
  if (prediction.allowed.contains(protocol, port)) return 'allowed';
  return prediction.unknown.contains(protocol, port) ? 'unknown' : 'denied';
}
