import { hostRefusal, type ExternalAccess, type HostAddresses } from '../plan/external.ts';
import type { Plan } from '../plan/plan.ts';
import type { Trial } from '../plan/trials.ts';
import type { RunOptions } from './options.ts';
import type { PlannedCells } from './plan-cells.ts';

/** What requirements name beyond the cluster. */
export interface ExternalTarget {
  /** An address, a range of them, or a host. */
  readonly target: string;
  /** A host, once its addresses are seen: `if-private`, none is public; `if-listed`, all are on the list. */
  readonly dialled: 'yes' | 'no' | 'if-private' | 'if-listed';
  /** Why not. */
  readonly why?: string;
}

/** Cells that are not tried for one reason. */
export interface Untried {
  readonly verdict: (Trial & { readonly kind: 'none' })['verdict'];
  readonly why: string;
  /** None where a requirement has no cells at all. */
  readonly cells: number;
  readonly requirements: readonly string[];
}

/** The addresses and hosts of all cells, and which are dialled. `hosts` are their made-up addresses. */
export function externalOf(
  { cells, trials }: Plan,
  hosts: HostAddresses,
  access: ExternalAccess,
): readonly ExternalTarget[] {
  const hostOf = new Map<string, string>(
    [...hosts].flatMap(([host, own]) => own.map((one) => [`${host} (${one})`, host] as const)),
  );
  const outward = cells.filter(
    ({ source, destination: { kind } }) => source.kind === 'workload' && (kind === 'addresses' || kind === 'host'),
  );
  const grouped = Map.groupBy(outward, ({ to }) => hostOf.get(to) ?? to);
  return [...grouped].map(([target, own]): ExternalTarget => {
    const tried = own.flatMap(({ key }) => trials.get(key) ?? []);
    const [not] = tried.filter((trial) => trial.kind === 'none');
    if (!tried.some(({ kind }) => kind === 'probes')) return { target, dialled: 'no', ...whyOf(not) };
    return { target, dialled: hosts.has(target) ? hostDialled(target, access) : 'yes' };
  });
}

function hostDialled(host: string, access: ExternalAccess): ExternalTarget['dialled'] {
  if (typeof access === 'boolean') return access ? 'yes' : 'if-private';
  return hostRefusal(host, [], access) === undefined ? 'yes' : 'if-listed';
}

function whyOf(trial: (Trial & { readonly kind: 'none' }) | undefined): { readonly why?: string } {
  return trial === undefined ? {} : { why: trial.why };
}

/** What stays predicted or untested, grouped by its reason; requirements that cannot be asked come last. */
export function untriedOf({ requirements, plan }: PlannedCells, only: RunOptions['only']): readonly Untried[] {
  const judged = requirements.filter(({ requirement }) => only?.includes(requirement.id) !== false);
  const rows = judged.flatMap(({ requirement, cells }) =>
    cells.flatMap(({ key }) => {
      const trial = plan.trials.get(key);
      return trial?.kind === 'none' ? [{ key, id: requirement.id, trial }] : [];
    }),
  );
  const grouped = [...Map.groupBy(rows, ({ trial }) => `${trial.verdict} ${trial.why}`).values()];
  const untried = grouped.flatMap((own) =>
    own.slice(0, 1).map(({ trial }) => ({
      verdict: trial.verdict,
      why: trial.why,
      cells: new Set(own.map(({ key }) => key)).size,
      requirements: [...new Set(own.map(({ id }) => id))],
    })),
  );
  const unasked = judged.flatMap(({ requirement, problem }): readonly Untried[] =>
    problem === undefined
      ? []
      : [{ verdict: 'inconclusive', why: problem.message, cells: 0, requirements: [requirement.id] }],
  );
  return [...untried, ...unasked];
}
