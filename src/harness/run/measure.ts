import type { dialRule } from '../plan/external.ts';
import type { Plan } from '../plan/plan.ts';
import { ErrorLimit } from '../probe/error-limit.ts';
import type { BatchResult, MeasureOptions, Observation } from '../probe/model.ts';
import type { Pace } from '../probe/pace.ts';
import { settle, type Settling } from '../probe/settle.ts';
import { unmeasured } from '../probe/unmeasured.ts';
import type { ObservedRun } from '../verdict/observed-run.ts';
import type { Field } from './field.ts';
import type { RunOptions } from './options.ts';

/** Attempts of each cell: one could be a slip. */
export const ATTEMPTS = 2;
/** Settling asks often and lightly. */
const SWEEP = { attempts: 1, timeoutMs: 1000 } as const;
/** A network that still changes after this is told to be unsettled. */
export const SETTLE_DEADLINE_MS = 60_000;

/** What keeps a cluster that others use from harm. */
export interface Restraint {
  readonly pace: Pace;
  /** The share of connections that may fail for no reason of the policies, percent. */
  readonly maxErrors: number;
}

export interface MeasureInput {
  readonly plan: Plan;
  readonly mayDial: ReturnType<typeof dialRule>;
  /** Absent: the cluster is the run's own. */
  readonly restraint?: Restraint | undefined;
}

export interface Measured {
  readonly batch: BatchResult;
  readonly canaries: ObservedRun['canaries'];
  readonly settling: Settling;
  /** Why nothing more was sent; absent: all was. */
  readonly stopped?: string;
}

/** The canary, the settling, and the batch; where too much fails, as far as it came. */
export async function measure(
  { plan, mayDial, restraint }: MeasureInput,
  field: Pick<Field, 'canary' | 'prober'>,
  { signal, progress, timeoutMs }: Pick<RunOptions, 'signal' | 'progress' | 'timeoutMs'>,
): Promise<Measured> {
  const { canaries, slowestMs } = await field.canary();
  const errors = restraint === undefined ? undefined : new ErrorLimit(restraint.maxErrors);
  const common = { signal, mayDial, ...(restraint && { pace: restraint.pace }), ...(errors && { errors }) };
  progress.stage(`settling: ${plan.probes.length} connections until they stay the same`);
  let latest: BatchResult['observations'] = new Map();
  const sweep = async (): Promise<ReadonlyMap<string, Observation['outcome']>> => {
    latest = (await field.prober.measure(plan.probes, { ...common, ...SWEEP })).observations;
    return new Map([...latest].map(([key, { outcome }]) => [key, outcome]));
  };
  const settling = await settle(sweep, {
    slowestCanaryMs: slowestMs,
    deadlineMs: SETTLE_DEADLINE_MS,
    signal,
    mustStop: () => errors?.reason !== undefined,
  });
  const batch =
    errors?.reason === undefined
      ? await observeAll({ ...common, attempts: ATTEMPTS, timeoutMs, openBefore: openIn(latest, settling) })
      : unmeasured(plan.probes, errors.reason);
  if (errors?.reason === undefined) return { batch, canaries, settling };
  progress.note(errors.reason);
  return { batch, canaries, settling, stopped: errors.reason };

  function observeAll(options: MeasureOptions): Promise<BatchResult> {
    progress.stage(`observing ${plan.probes.length} connections`);
    const onProgress = (done: number, total: number): void => progress.count(done, total, 'connections');
    return field.prober.measure(plan.probes, { ...options, onProgress });
  }
}

/** What was open when nothing changed any more; while it still changes, nothing is. */
function openIn(observations: BatchResult['observations'], { settled }: Settling): ReadonlySet<string> {
  const open = [...observations.values()].filter(
    ({ outcome, doubt }) => doubt === undefined && (outcome === 'open' || outcome === 'accepted-not-identified'),
  );
  return new Set(settled ? open.map(({ key }) => key) : []);
}
