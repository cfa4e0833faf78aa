import type { Inventory, Workload } from '../inventory/model.ts';
import type { Predictor } from '../predict/model.ts';
import type { Cell } from './cell.ts';

/** What cells are made with. */
export interface CellContext {
  readonly inventory: Inventory;
  readonly predictor: Predictor;
  /** Whoever answers DNS queries: of the inventory, or assumed. */
  readonly dns: readonly Workload[];
  /** Addresses of hosts, as a pod of the run learnt them; empty where nothing is observed. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** False: ranges stay ranges. True: the ports at which a range can be tried become cells of their own. */
  readonly observing: boolean;
  /** True on a live cluster without `--to real`: a service is judged by its endpoints alone. */
  readonly servicesByEndpoints: boolean;
  /** True on a cluster of the run's own: what somebody made for a service elsewhere, an EndpointSlice, is not there. */
  readonly isEphemeral?: boolean;
}

/** A cell before it has its key. */
export type DraftCell = Omit<Cell, 'key'>;
