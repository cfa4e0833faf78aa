import type { Expectation } from '../../requirements/model.ts';
import type { EvidenceCell, EvidenceControl, Verdict } from '../evidence/schema.ts';
import type { Cell } from '../plan/cell.ts';
import { DEFINE_NAMESPACE } from '../plan/namespaces.ts';
import type { TrialProbe } from '../plan/trials.ts';
import { controlFor } from './control.ts';
import type { ObservedRun } from './observed-run.ts';
import { openedOnce, readingOf } from './outcome.ts';
import { reasonText } from './wording.ts';

/** What an observed cell comes to; the caller adds who, where and the attempts. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly attributedTo: EvidenceCell['attributedTo'];
  readonly text: string;
  readonly missing?: string;
  readonly control?: EvidenceControl;
}

/** The rows of the table in docs/verdicts.md, for one address of one cell. */
export function judgeObserved(cell: Cell, expect: Expectation, tried: TrialProbe, run: ObservedRun): Judgement {
  const doubt = doubtOf(cell, tried, run);
  if (doubt !== undefined) return inconclusive(doubt, 'repeat the run');
  if (hangsOnLabels(cell, run)) return inconclusive(reasonText(cell), DEFINE_NAMESPACE);
  const observation = run.batch.observations.get(tried.probe.key);
  const reading = readingOf(observation, tried.probe, run);
  switch (reading) {
    case 'open':
      return judgeOpen(cell, expect);
    case 'closed':
      return judgeClosed(cell, expect, tried, run);
    case 'name':
      return judgeName(cell, expect, tried, run);
    case 'mixed':
      return observation !== undefined && expect === 'mayNotReach' && openedOnce(observation, tried.probe, run)
        ? judgeOpen(cell, expect)
        : inconclusive(
            'the attempts differ: some got through and some did not',
            'look for an unstable network or a policy that was just changed',
          );
    case 'unidentified':
      return inconclusive(
        'the handshake was accepted by something that does not identify itself: a proxy or sidecar may answer for the destination',
        'take the proxy out of the way, or try from a pod without it',
      );
    case 'unmeasured':
      return inconclusive(observation?.doubt ?? 'it was not measured: the probe gave no result', 'repeat the run');
  }
}

function judgeOpen(cell: Cell, expect: Expectation): Judgement {
  const { predicted } = cell.prediction;
  if (expect === 'mayReach') {
    const surprise = predicted === 'denied' ? `, although the policies deny it: ${reasonText(cell)}` : '';
    const attributedTo = predicted === 'denied' ? 'network' : 'policy';
    return { verdict: 'met', attributedTo, text: `open${surprise}` };
  }
  if (predicted === 'denied') {
    const text = `open: the network does not enforce the policies, which deny it: ${reasonText(cell)}`;
    return { verdict: 'violated', attributedTo: 'network', text };
  }
  return { verdict: 'violated', attributedTo: 'policy', text: `open: ${reasonText(cell)}` };
}

/** Refused, dropped or unreachable: a denial only if somebody else got through in the same window. */
function judgeClosed(cell: Cell, expect: Expectation, tried: TrialProbe, run: ObservedRun): Judgement {
  const control = controlFor(tried, cell.prediction.predicted, run);
  const lacking = lackingFor(tried, control, run);
  if (lacking !== undefined) return { ...inconclusive(lacking.what, lacking.mend), control };
  const { predicted } = cell.prediction;
  const attributedTo = predicted === 'denied' ? 'policy' : 'network';
  if (expect === 'mayNotReach') {
    const text =
      predicted === 'denied'
        ? `blocked: ${reasonText(cell)}`
        : `blocked, but not by the policies as far as they are known: ${reasonText(cell)}`;
    return { verdict: 'met', attributedTo, text, control };
  }
  const text =
    predicted === 'denied'
      ? `blocked: ${reasonText(cell)}`
      : `blocked, but ${predicted === 'allowed' ? 'the policies allow it; look at the network' : 'whether by policy is not known'}: ${reasonText(cell)}`;
  return { verdict: 'violated', attributedTo, text, control };
}

/** A name that fails says nothing of the way to its addresses; only DNS that the policies deny is a denial. */
function judgeName(cell: Cell, expect: Expectation, tried: TrialProbe, run: ObservedRun): Judgement {
  const control = controlFor(tried, cell.prediction.predicted, run);
  const resolvedElsewhere = (run.plan.controls.get(tried.listener) ?? []).some(
    ({ probe }) => (run.batch.observations.get(probe.key)?.resolved?.length ?? 0) > 0,
  );
  if (!resolvedElsewhere) {
    return {
      ...inconclusive('the name did not resolve, for no pod of the run', "check the name and the cluster's DNS"),
      control,
    };
  }
  if (expect === 'mayReach' && cell.prediction.byName && cell.prediction.predicted === 'denied') {
    const text = `the name does not resolve for ${cell.from}, though it does for others: ${reasonText(cell)}`;
    return { verdict: 'violated', attributedTo: 'dns', text, control };
  }
  const what = 'the name did not resolve for this pod, though it does for others and the policies allow DNS';
  return { ...inconclusive(what, "look at the cluster's DNS"), control };
}

interface Lacking {
  readonly what: string;
  readonly mend: string;
}

/** What keeps a failed connection from counting as blocked. */
function lackingFor({ probe, target }: TrialProbe, control: EvidenceControl, run: ObservedRun): Lacking | undefined {
  if (control.kind === 'none') {
    const what = `no control: ${control.text}, so it may be closed to all`;
    return { what, mend: 'let something listen at the destination that an allowed peer can reach' };
  }
  const health = run.batch.health.get(probe.from);
  if (health?.healthy !== true) return { what: unhealthyText(probe.from, health?.lost), mend: 'repeat the run' };
  if (!health.reachedSomething) {
    return { what: `${probe.from} reached nothing at all, not even itself`, mend: "look at the pod's network" };
  }
  const nodes = [probe.from, target].flatMap((id) => (id === undefined ? [] : (run.pods.get(id)?.node ?? [])));
  const failing = run.canaries.find(({ node, enforced }) => nodes.includes(node) && !enforced);
  if (failing !== undefined) {
    return {
      what: `the canary on node ${failing.node} shows no enforcement: ${failing.text}`,
      mend: 'look at the network plugin',
    };
  }
  const missing = nodes.find((node) => !run.canaries.some((canary) => canary.node === node));
  return missing === undefined ? undefined : { what: `there was no canary on node ${missing}`, mend: 'repeat the run' };
}

function unhealthyText(pod: string, lost: string | undefined): string {
  return `the agent of ${pod} did not answer to the end${lost === undefined ? '' : `: ${lost}`}`;
}

/** What the policies come to with labels that nobody defined, a cluster without these labels does not show. */
function hangsOnLabels({ source, destination, prediction }: Cell, { undefinedNamespaces }: ObservedRun): boolean {
  if (prediction.predicted !== 'unknown' || undefinedNamespaces.size === 0) return false;
  const behind = destination.kind === 'service' ? destination.endpoints : [];
  return [source, destination, ...behind].some(
    (end) => 'workload' in end && undefinedNamespaces.has(end.workload.namespace),
  );
}

function doubtOf(cell: Cell, { probe, target }: TrialProbe, run: ObservedRun): string | undefined {
  const behind =
    cell.destination.kind === 'service' ? cell.destination.endpoints.map(({ workload }) => workload.id) : [];
  const ends = [probe.from, ...(target === undefined ? [] : [target]), ...behind];
  const end = ends.find((id) => run.doubts.has(id));
  return end === undefined ? undefined : run.doubts.get(end);
}

function inconclusive(what: string, mend: string): Judgement {
  return { verdict: 'inconclusive', attributedTo: 'nothing', text: what, missing: `${what}; ${mend}` };
}
