import type { Direction } from '../../requirements/model.ts';
import type { Workload } from '../inventory/model.ts';
import { cellsOf, type PlannedRequirement } from '../plan/cells.ts';
import type { CellContext } from '../plan/context.ts';
import type { Request } from '../plan/request.ts';
import type { Predictor } from '../predict/model.ts';
import { predictedVerdict, worst } from '../verdict/predicted.ts';

/** What requirements that were met say of a mutant. */
export interface Noticed {
  /** The first that is surely not met any more. */
  readonly violated?: PlannedRequirement;
  /** Of none that is: one of which it is not known any more. */
  readonly unsure?: PlannedRequirement | undefined;
}

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
      return !expired && verdictOf(requirement.expect, cells) === 'met';
    };
    this.blind = planned.filter((one) => !isMet(one));
    for (const one of planned.filter(isMet)) for (const request of one.requests) this.#learn(one, request);
  }

  /** Asks the requirements anew, now that the policies of the `touched` have changed to `predictor`'s. */
  ask(touched: readonly Workload[], directions: readonly Direction[], predictor: Predictor): Noticed {
    const entries = directions.flatMap((direction) =>
      touched.flatMap(({ id }) => this.#byEnd[direction].get(id) ?? []),
    );
    const byRequirement = Map.groupBy(entries, ([one]) => one);
    const context = { ...this.#context, predictor };
    let unsure: PlannedRequirement | undefined;
    for (const [one, ofOne] of byRequirement) {
      const requests = [...new Set(ofOne.map(([, request]) => request))];
      // One request at a time: most mutants are noticed at the first.
      for (const request of requests) {
        const [planned] = cellsOf([{ ...one, requests: [request] }], context);
        const verdict = verdictOf(one.requirement.expect, planned?.cells ?? []);
        if (verdict === 'violated') return { violated: one };
        if (verdict !== 'met') unsure ??= one;
      }
    }
    return { unsure };
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

function verdictOf(expect: PlannedRequirement['requirement']['expect'], cells: PlannedRequirement['cells']) {
  return cells.length === 0
    ? 'met'
    : worst(cells.map(({ prediction }) => predictedVerdict(expect, prediction.predicted)));
}
