import { cellKey, type Cell } from './cell.ts';
import type { CellContext, DraftCell } from './context.ts';
import { addressCells } from './cells-addresses.ts';
import { hostCells, serviceCells } from './cells-names.ts';
import { workloadCells } from './cells-workloads.ts';
import { unsureOf, type Request } from './request.ts';
import type { ResolvedRequirement } from './requests.ts';

export interface PlannedRequirement extends ResolvedRequirement {
  readonly cells: readonly Cell[];
  /** Cells of which it is not known whether the requirement asks them, each with the reason. */
  readonly unsure: ReadonlyMap<Cell, string>;
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
  return resolved.map((requirement) => ({ ...requirement, ...askedOf(requirement, context, intern) }));
}

function askedOf(
  { requests }: ResolvedRequirement,
  context: CellContext,
  intern: (draft: DraftCell) => Cell,
): Pick<PlannedRequirement, 'cells' | 'unsure'> {
  const asked = new Map<Cell, string | undefined>();
  for (const request of requests) {
    const why = unsureOf(request);
    for (const cell of drafts(request, context).map(intern)) {
      if (!asked.has(cell) || why === undefined) asked.set(cell, why);
    }
  }
  const unsure = [...asked].flatMap(([cell, why]) => (why === undefined ? [] : [[cell, why] as const]));
  return { cells: [...asked.keys()], unsure: new Map(unsure) };
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
