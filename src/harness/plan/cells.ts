import type { Inventory, Workload } from '../inventory/model.ts';
import type { Predictor } from '../predict/model.ts';
import { cellKey, type Cell } from './cell.ts';
import { addressCells } from './cells-addresses.ts';
import { hostCells, serviceCells } from './cells-names.ts';
import { workloadCells } from './cells-workloads.ts';
import type { Request } from './request.ts';
import type { ResolvedRequirement } from './requests.ts';

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
}

export type DraftCell = Omit<Cell, 'key'>;

export interface PlannedRequirement extends ResolvedRequirement {
  readonly cells: readonly Cell[];
}

/** The cells of every requirement; a cell that several ask for is one object. */
export function cellsOf(resolved: readonly ResolvedRequirement[], context: CellContext): readonly PlannedRequirement[] {
  const known = new Map<string, Cell>();
  const intern = (draft: DraftCell): Cell => {
    const key = cellKey(draft);
    const cell = known.get(key) ?? { ...draft, key };
    known.set(key, cell);
    return cell;
  };
  return resolved.map((requirement) => ({
    ...requirement,
    cells: [...new Set(requirement.requests.flatMap((request) => drafts(request, context).map(intern)))],
  }));
}

function drafts(request: Request, context: CellContext): readonly DraftCell[] {
  switch (request.to.kind) {
    case 'service':
      return serviceCells(request, request.to, context);
    case 'host':
      return hostCells(request, request.to, context);
    case 'addresses':
      return addressCells(request, request.to, context);
    case 'workload':
      return request.from.kind === 'addresses'
        ? addressCells(request, request.to, context)
        : workloadCells(request, request.to, context);
  }
}
