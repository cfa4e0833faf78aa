import type { Direction } from '../../requirements/model.ts';
import type { Workload } from '../inventory/model.ts';
import { cellsOf, type PlannedRequirement } from '../plan/cells.ts';
import type { CellContext } from '../plan/context.ts';
import type { Request } from '../plan/request.ts';
import type { Predictor } from '../predict/model.ts';
import { predictedVerdict } from '../verdict/predicted.ts';

/** Requests of requirements that are met, by the ends whose policies decide them. */
export class Killers {
  /** Those that are not met: they cannot notice anything. */
  readonly blind: readonly PlannedRequirement[];
  readonly #context: CellContext;
  readonly #byEnd: Readonly<Record<Direction, Map<string, [PlannedRequirement, Request][]>>> = {
    ingress: new Map(),
    egress: new Map(),
  };

  /** @param today `YYYY-MM-DD`, UTC: an expired requirement is violated whatever the policies say */
  constructor(planned: readonly PlannedRequirement[], context: CellContext, today: string) {
    this.#context = context;
    const isMet = ({ requirement, cells }: PlannedRequirement): boolean => {
      const expired = requirement.expires !== undefined && requirement.expires < today;
      return !expired && isAllMet(requirement.expect, cells);
    };
    this.blind = planned.filter((one) => !isMet(one));
    for (const one of planned.filter(isMet)) for (const request of one.requests) this.#learn(one, request);
  }

  /** The first requirement that is not met any more once the policies of `selected` have changed to `predictor`'s. */
  firstUnmet(
    selected: readonly Workload[],
    directions: readonly Direction[],
    predictor: Predictor,
  ): PlannedRequirement | undefined {
    const touched = directions.flatMap((direction) =>
      selected.flatMap(({ id }) => this.#byEnd[direction].get(id) ?? []),
    );
    const byRequirement = Map.groupBy(touched, ([one]) => one);
    const context = { ...this.#context, predictor };
    for (const [one, entries] of byRequirement) {
      const requests = [...new Set(entries.map(([, request]) => request))];
      // One request at a time: most mutants are noticed at the first.
      for (const request of requests) {
        const [planned] = cellsOf([{ ...one, requests: [request] }], context);
        if (planned !== undefined && !isAllMet(one.requirement.expect, planned.cells)) return one;
      }
    }
    return undefined;
  }

  #learn(one: PlannedRequirement, request: Request): void {
    const { from, to } = request;
    const add = (direction: Direction, id: string): void => {
      const known = this.#byEnd[direction].get(id);
      if (known === undefined) this.#byEnd[direction].set(id, [[one, request]]);
      else known.push([one, request]);
    };
    if (from.kind === 'workload') add('egress', from.workload.id);
    if (to.kind === 'workload') add('ingress', to.workload.id);
    if (to.kind === 'service') for (const { workload } of to.endpoints) add('ingress', workload.id);
    // Whoever dials a name asks the DNS first.
    if (to.kind === 'service' || to.kind === 'host') for (const { id } of this.#context.dns) add('ingress', id);
  }
}

function isAllMet(expect: PlannedRequirement['requirement']['expect'], cells: PlannedRequirement['cells']): boolean {
  return cells.every(({ prediction }) => predictedVerdict(expect, prediction.predicted) === 'met');
}
