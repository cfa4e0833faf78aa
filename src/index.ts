/**
 * mayreach in code: what the command does, as functions.
 *
 * Requirements are built (`requirements`, `mayReach`, `pods`, …) or read (`parseRequirements`), `run` judges them, and
 * everything else is made of its evidence.
 */
import type { Evidence } from './harness/evidence/schema.ts';
import { runRequirements } from './harness/run/run.ts';
import { resolveSettings, type RunSettings } from './input/settings.ts';
import { MayreachError } from './source/error.ts';

export * from './requirements/index.ts';
export { evidenceSchema } from './harness/evidence/schema.ts';
export type {
  Basis,
  Evidence,
  EvidenceAttempt,
  EvidenceCanary,
  EvidenceCell,
  EvidenceControl,
  EvidenceCoverage,
  EvidenceDecision,
  EvidenceFinding,
  EvidenceRequirement,
  Outcome,
  Verdict,
} from './harness/evidence/schema.ts';
export { exitStatus, standingOf, type ExitStatus, type Standing } from './harness/evidence/exit.ts';
export type { Progress } from './harness/run/options.ts';
export type { ClusterChoice } from './input/cluster.ts';
export type { RunSettings } from './input/settings.ts';
export { suitesOf } from './suites/suites.ts';
export type { CaseOutcome, Suite, SuiteCase } from './suites/model.ts';
export { writeReports, type WrittenFile } from './reports/write.ts';
export { terminalSummary } from './reports/terminal/summary.ts';
export type { TerminalOptions } from './reports/terminal/style.ts';
export { MayreachError, type ErrorCode, type MayreachErrorOptions } from './source/error.ts';
export { formatPosition, type Position } from './source/position.ts';

/**
 * Judges requirements, as `mayreach run` does: predicted from manifests, observed where a cluster is given.
 * Nothing is written and nothing is printed; a violation is no error but a verdict in the evidence.
 *
 * @throws MayreachError for everything that keeps the run from being judged; nothing is left behind then
 */
export async function run(settings: RunSettings): Promise<Evidence> {
  const options = await resolveSettings(settings);
  if (options.sets.length > 0) return runRequirements(options);
  throw new MayreachError('there are no requirements to judge', {
    code: 'USAGE',
    hint: 'Name files or folders with *.reach.yaml in `paths`, or give what `requirements()` makes in `sets`',
  });
}
