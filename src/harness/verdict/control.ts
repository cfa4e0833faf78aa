import type { EvidenceControl } from '../evidence/schema.ts';
import type { Predicted } from '../plan/cell.ts';
import type { ControlProbe } from '../plan/plan.ts';
import type { TrialProbe } from '../plan/trials.ts';
import type { Observation } from '../probe/model.ts';
import { isOpen } from './outcome.ts';
import type { ObservedRun } from './observed-run.ts';

/** The strongest proof first: an allowed peer shows that the listener answers others, itself only that it listens. */
const STRONGEST_FIRST: readonly ControlProbe['kind'][] = ['allowed-peer', 'unisolated-peer', 'itself'];

/**
 * The connection to the same listener, in the same window, that succeeded; or what was tried in vain. That the pod
 * reaches itself is enough only where the policies let nobody in: if whom they let in did not get there either,
 * something other than the policies may stand in the way of all.
 */
export function controlFor(tried: TrialProbe, predicted: Predicted, run: ObservedRun): EvidenceControl {
  const candidates = (run.plan.controls.get(tried.listener) ?? []).filter(({ probe }) => probe.key !== tried.probe.key);
  for (const kind of STRONGEST_FIRST) {
    const success = candidates.find((candidate) => candidate.kind === kind && succeeded(candidate, run));
    if (success === undefined) continue;
    const shut = kind === 'itself' ? candidates.find(({ allowed }) => allowed === true) : undefined;
    if (shut !== undefined && predicted === 'denied') return allowedInVain(shut, run);
    return controlText(success, run.batch.observations.get(success.probe.key));
  }
  const failed = candidates[0];
  if (failed === undefined) {
    return { kind: 'none', outcome: 'not-measured', text: 'nobody else could be asked whether it listens' };
  }
  const outcome = run.batch.observations.get(failed.probe.key)?.outcome ?? 'not-measured';
  return {
    kind: 'none',
    from: failed.probe.from,
    outcome,
    text: `nobody reached it: ${failed.probe.from} got ${outcome}`,
  };
}

function allowedInVain({ probe }: ControlProbe, run: ObservedRun): EvidenceControl {
  const outcome = run.batch.observations.get(probe.key)?.outcome ?? 'not-measured';
  const text = `only the pod itself reached it: ${probe.from}, which the policies let through, got ${outcome}`;
  return { kind: 'none', from: probe.from, outcome, text };
}

function succeeded({ probe }: ControlProbe, run: ObservedRun): boolean {
  const observation = run.batch.observations.get(probe.key);
  return observation !== undefined && isOpen(observation, probe, run);
}

function controlText({ kind, probe }: ControlProbe, observation: Observation | undefined): EvidenceControl {
  const outcome = observation?.outcome ?? 'not-measured';
  const texts = {
    'allowed-peer': `${probe.from} reached the same listener in the same window`,
    'unisolated-peer': `${probe.from}, which no policy isolates, reached it in the same window`,
    itself: `the pod itself reached its listener, which proves only that it listens: no other pod was seen to reach it`,
  };
  return { kind, from: probe.from, outcome, text: texts[kind] };
}
