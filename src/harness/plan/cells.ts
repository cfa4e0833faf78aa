import { cellKey, type Cell } from './cell.ts';
import type { CellContext, DraftCell } from './context.ts';
import { addressCells } from './cells-addresses.ts';
import { hostCells, serviceCells } from './cells-names.ts';
import { workloadCells } from './cells-workloads.ts';
import type { Request } from './request.ts';
import type { ResolvedRequirement } from './requests.ts';

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
