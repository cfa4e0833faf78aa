import type { AuditRules, CoverageException } from '../../requirements/model.ts';
import type { EvidenceCoverage, EvidenceFinding } from '../evidence/schema.ts';
import type { Inventory } from '../inventory/model.ts';
import type { Predictor } from '../predict/model.ts';
import { Demands } from './demands.ts';
import { Exceptions } from './exceptions.ts';
import {
  coverageRows,
  missingDefaultDeny,
  perhapsCritical,
  uncoveredCritical,
  uncoveredPods,
  type Assessment,
} from './isolation.ts';
import { policyFindings } from './policies.ts';

export interface Coverage {
  /** Each workload of the inventory in each direction. */
  readonly rows: readonly EvidenceCoverage[];
  readonly findings: readonly EvidenceFinding[];
}

/**
 * Static coverage: what is isolated, what is not, and what the policies leave open. Everything is reported; a finding
 * fails only where an `audit:` block asks for what is missing, and no exception that still holds excuses it.
 *
 * Rules: `uncovered-pod`, `namespace-without-default-deny`, `default-deny-missing`, `critical-namespace-uncovered`,
 * `critical-namespace-unknown`, `critical-namespace-missing`, `policy-selects-nothing`, `rule-open-to-everyone`, `rule-selects-nobody`,
 * `rule-without-effect`, `exception-ended`, `exception-unused`.
 * @param audits the `audit:` blocks of all files of the run; an exception in one holds for the demands of all
 * @param today `YYYY-MM-DD`, UTC
 */
export function coverageOf(
  inventory: Inventory,
  predictor: Pick<Predictor, 'isolatedBy' | 'selectedBy'>,
  audits: readonly AuditRules[],
  today: string,
): Coverage {
  const exceptions = new Exceptions(audits, today);
  const demands = new Demands(audits, inventory.namespaces);
  const assessment: Assessment = { inventory, predictor, demands, exceptions };
  const rows = coverageRows(assessment);
  const findings = [
    ...uncoveredCritical(rows, assessment),
    ...perhapsCritical(rows, assessment),
    ...demands.findings(),
    ...missingDefaultDeny(rows, assessment),
    ...uncoveredPods(rows, assessment),
    ...policyFindings(assessment),
    // Last: the others tell which exceptions are needed.
    ...exceptions.findings((exception) => objectOf(exception, inventory)),
  ];
  return { rows: rows.map(({ coverage }) => coverage), findings };
}

/** The namespace, or the workload's id; without one of that name in the inventory, its name. */
function objectOf({ scope }: CoverageException, { workloads }: Inventory): string {
  if (scope.kind === 'namespace') return scope.namespace;
  const workload = workloads.find(({ namespace, name }) => namespace === scope.namespace && name === scope.name);
  return workload?.id ?? `workload ${scope.namespace}/${scope.name}`;
}
