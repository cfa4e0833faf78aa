import type { Protocol } from '../../requirements/model.ts';
import type { Service, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { Decision } from '../predict/model.ts';
import type { ServiceEndpoint } from '../predict/ends/services.ts';

export type CellSource =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'addresses'; readonly addresses: AddressSet };

export type CellDestination =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'service'; readonly service: Service; readonly endpoints: readonly ServiceEndpoint[] }
  | { readonly kind: 'addresses'; readonly addresses: AddressSet }
  | { readonly kind: 'host'; readonly host: string };

/** How the destination is addressed. */
export type Via = 'pod' | 'service-name' | 'service-address' | 'host-name' | 'address';

/** `mixed`: of several endpoints or addresses some are allowed and some denied. */
export type Predicted = 'allowed' | 'denied' | 'unknown' | 'mixed';

export interface CellPrediction {
  readonly predicted: Predicted;
  /** The decision that the answer hangs on: of several endpoints, the first that is not allowed. */
  readonly decide: () => Decision;
  /** True where name resolution decides, not the connection itself. */
  readonly byName: boolean;
}

/** One concrete source, destination, protocol and port (a range where only predicted). Unique in a plan by its key. */
export interface Cell {
  readonly key: string;
  /** As the evidence names them: `shop/web[Deployment]`, `shop/api[Service]`, `outsider`, an address range, a host. */
  readonly from: string;
  readonly to: string;
  readonly source: CellSource;
  readonly destination: CellDestination;
  readonly via: Via;
  readonly protocol: Protocol | 'any';
  /** Inclusive; equal for a single port. */
  readonly ports: { readonly from: number; readonly to: number };
  readonly prediction: CellPrediction;
}

export function isRange({ ports, protocol }: Pick<Cell, 'ports' | 'protocol'>): boolean {
  return ports.from !== ports.to || protocol === 'any';
}

/** A number, `from-to`, or `any`: the form of the evidence. */
export function portText({ ports, protocol }: Pick<Cell, 'ports' | 'protocol'>): number | string {
  if (protocol === 'any') return 'any';
  return ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`;
}

export function cellKey(cell: Omit<Cell, 'key' | 'source' | 'destination' | 'prediction'>): string {
  return `${cell.from} > ${cell.to} ${cell.via} ${cell.protocol}/${portText(cell)}`;
}
