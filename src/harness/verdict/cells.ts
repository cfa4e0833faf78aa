import type { Expectation } from '../../requirements/model.ts';
import type { EvidenceCell, EvidenceDecision, Verdict } from '../evidence/schema.ts';
import { isRange, portText, type Cell } from '../plan/cell.ts';
import type { Decision, SideDecision } from '../predict/model.ts';
import type { Trial, TrialProbe } from '../plan/trials.ts';
import { judgeObserved } from './observed.ts';
import type { ObservedRun } from './observed-run.ts';
import { predictedVerdict } from './predicted.ts';
import { reasonText } from './wording.ts';

/** The evidence of one cell: one entry, or one for each address and family at which it was tried. */
export function judgeCell(drawn: Cell, expect: Expectation, run: ObservedRun | undefined): readonly EvidenceCell[] {
  const cell = decidedOnce(drawn);
  const trial = run?.plan.trials.get(cell.key);
  if (run === undefined || trial === undefined) return [judgePredicted(cell, expect)];
  if (trial.kind === 'none') return [judgeUntried(cell, expect, trial)];
  return trial.probes.map((tried) => judgeTried(cell, expect, tried, run));
}

/** The sentence and the record both ask which rules decide; the walk along the rules is most of the work. */
function decidedOnce(cell: Cell): Cell {
  let decision: Decision | undefined;
  return { ...cell, prediction: { ...cell.prediction, decide: () => (decision ??= cell.prediction.decide()) } };
}

/** What helps where files do not tell. */
const TELL = 'add what is missing to the files, or let traffic tell (--cluster k3s, or --cluster kubeconfig --probe)';

function judgePredicted(cell: Cell, expect: Expectation, why?: string): EvidenceCell {
  const verdict = predictedVerdict(expect, cell.prediction.predicted);
  const because = reasonText(cell);
  return {
    ...identity(cell),
    observed: null,
    verdict,
    basis: 'predicted',
    attributedTo: cell.prediction.byName ? 'dns' : verdict === 'inconclusive' ? 'nothing' : 'policy',
    text: `predicted ${cell.prediction.predicted}: ${because}${why === undefined ? '' : ` (not observed: ${why})`}`,
    ...(verdict === 'inconclusive' ? { missing: why === undefined ? `${because}; ${TELL}` : because } : {}),
    ...decisionOf(cell, verdict),
  };
}

function judgeUntried(cell: Cell, expect: Expectation, { verdict, why }: Trial & { kind: 'none' }): EvidenceCell {
  if (verdict === 'predicted') return judgePredicted(cell, expect, why);
  return {
    ...identity(cell),
    observed: 'not-measured',
    verdict,
    basis: 'predicted',
    attributedTo: 'nothing',
    text: why,
    missing: why,
    ...decisionOf(cell, verdict),
  };
}

function judgeTried(cell: Cell, expect: Expectation, tried: TrialProbe, run: ObservedRun): EvidenceCell {
  const observation = run.batch.observations.get(tried.probe.key);
  const judgement = judgeObserved(cell, expect, tried, run);
  return {
    ...identity(cell),
    ...(tried.family === undefined ? {} : { family: tried.family }),
    ...(tried.address === undefined ? {} : { address: tried.address }),
    observed: observation?.outcome ?? 'not-measured',
    basis: 'observed',
    ...judgement,
    ...decisionOf(cell, judgement.verdict),
    attempts: [...(observation?.attempts ?? [])],
  };
}

function identity(cell: Cell): Pick<EvidenceCell, 'from' | 'to' | 'via' | 'protocol' | 'port' | 'predicted'> {
  return {
    from: cell.from,
    to: cell.to,
    via: cell.via,
    protocol: cell.protocol,
    port: portText(cell),
    predicted: cell.prediction.predicted,
  };
}

/** Ranges that are met are many and say the same: their decision would be most of the file. */
function decisionOf(cell: Cell, verdict: Verdict): Pick<EvidenceCell, 'decision'> {
  if (verdict === 'met' && isRange(cell)) return {};
  const { outcome, egress, ingress, reason } = cell.prediction.decide();
  return {
    decision: {
      outcome,
      egress: sideOf(egress),
      ingress: sideOf(ingress),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

function sideOf({ outcome, isolatedBy, allowedBy, exempt, unknown }: SideDecision): EvidenceDecision['egress'] {
  return {
    outcome,
    isolatedBy: isolatedBy.map(({ policy, position }) => ({ policy, position })),
    allowedBy: allowedBy.map(({ policy, direction, rule, position }) => ({ policy, direction, rule, position })),
    ...(exempt === undefined ? {} : { exempt }),
    ...(unknown === undefined ? {} : { unknown }),
  };
}
