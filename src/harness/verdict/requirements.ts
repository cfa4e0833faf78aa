import type { Expectation } from '../../requirements/model.ts';
import type { EvidenceCell, EvidenceRequirement, Verdict } from '../evidence/schema.ts';
import type { PlannedRequirement } from '../plan/cells.ts';
import { DEFINE_NAMESPACE } from '../plan/namespaces.ts';
import { judgeCell } from './cells.ts';
import type { ObservedRun } from './observed-run.ts';
import { worst } from './predicted.ts';

export interface JudgeOptions {
  /** `YYYY-MM-DD`, UTC: dates of requirements are inclusive. */
  readonly today: string;
  /** The command that repeats one requirement alone. */
  readonly replay: (id: string, file: string) => string;
  /** Why nothing enforces policies, where that is so: what they deny is not denied then. */
  readonly unenforced?: string;
}

/** The verdict of one requirement: the worst of its cells, observed only if every cell is. */
export function judgeRequirement(
  planned: PlannedRequirement,
  run: ObservedRun | undefined,
  { today, replay, unenforced }: JudgeOptions,
): EvidenceRequirement {
  const { requirement, problem, leftOut } = planned;
  const cells = planned.cells.flatMap((cell) =>
    judgeCell(cell, requirement.expect, run)
      .map((judged) => ifEnforced(judged, requirement.expect, unenforced))
      .map((judged) => unlessUnsure(judged, planned.unsure.get(cell))),
  );
  const expired = requirement.expires !== undefined && requirement.expires < today;
  const verdict = expired ? 'violated' : worst(cells.map((cell) => cell.verdict));
  const basis = cells.length > 0 && cells.every((cell) => cell.basis === 'observed') ? 'observed' : 'predicted';
  const text = expired
    ? `expired on ${requirement.expires ?? ''}: renew it or remove it`
    : (problemText(problem) ?? summary(verdict, cells));
  return {
    ...declared(planned),
    expired,
    ...acceptance(planned, today),
    verdict: requirement.otherwise && cells.length === 0 ? 'met' : verdict,
    basis,
    text: requirement.otherwise && cells.length === 0 ? 'nothing is left that no case names' : text,
    replay: replay(requirement.id, requirement.position.file),
    leftOut: [...leftOut],
    cells,
  };
}

/** What policies deny is denied only where something enforces them; whether it does, traffic tells. */
function ifEnforced(judged: EvidenceCell, expect: Expectation, unenforced: string | undefined): EvidenceCell {
  const restsOnDenial = judged.predicted === 'denied' || (judged.predicted === 'mixed' && expect === 'mayReach');
  if (unenforced === undefined || judged.basis === 'observed' || !restsOnDenial) return judged;
  const text = `${unenforced}; ${judged.text}`;
  return { ...judged, verdict: 'inconclusive', attributedTo: 'nothing', text, missing: `${unenforced}; ${LET_TELL}` };
}

const LET_TELL = 'let traffic tell (--cluster k3s, or --cluster kubeconfig --probe)';

/** Who may not be a member cannot violate anything for certain; what is met is met either way. */
function unlessUnsure(judged: EvidenceCell, why: string | undefined): EvidenceCell {
  if (why === undefined || judged.verdict !== 'violated') return judged;
  const text = `${why}; it may be violated: ${judged.text}`;
  return { ...judged, verdict: 'inconclusive', text, missing: `${why}; ${DEFINE_NAMESPACE}` };
}

/** Why nothing could be asked, and what may have been meant. */
function problemText(problem: PlannedRequirement['problem']): string | undefined {
  return problem?.hint === undefined ? problem?.message : `${problem.message}. ${problem.hint}`;
}

type Declared = Omit<
  EvidenceRequirement,
  'expired' | 'accepted' | 'verdict' | 'basis' | 'text' | 'replay' | 'leftOut' | 'cells'
>;

function declared({ requirement }: PlannedRequirement): Declared {
  const { id, set, owner, expect, because, controls, ticket, expires, position } = requirement;
  return {
    id,
    set,
    expect,
    from: requirement.from.map(({ label }) => label),
    to: requirement.to.map(({ label }) => label),
    on: (requirement.on ?? []).map(({ label }) => label),
    controls: [...controls],
    position,
    ...(owner === undefined ? {} : { owner }),
    ...(because === undefined ? {} : { because }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function acceptance({ requirement }: PlannedRequirement, today: string): Pick<EvidenceRequirement, 'accepted'> {
  const { accepted } = requirement;
  return accepted === undefined ? {} : { accepted: { ...accepted, active: today <= accepted.until } };
}

/** One sentence: how many cells came to what, and the first that decides. */
function summary(verdict: Verdict, cells: readonly EvidenceCell[]): string {
  const observed = cells.filter(({ basis }) => basis === 'observed').length;
  const rests =
    observed === cells.length ? `${observed} observed` : `${observed} observed, ${cells.length - observed} predicted`;
  const count = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} (${rests})`;
  if (verdict === 'met') return `met: ${count}`;
  const deciding = cells.filter((cell) => cell.verdict === verdict);
  const [first] = deciding;
  if (first === undefined) return verdict;
  const where = `${first.from} → ${first.to} ${first.protocol}/${first.port}`;
  return `${verdict} in ${deciding.length} of ${count}: ${where}: ${first.text}`;
}
