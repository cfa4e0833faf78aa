import type { dialRule } from '../plan/external.ts';
import type { Plan } from '../plan/plan.ts';
import { ErrorLimit } from '../probe/error-limit.ts';
import type { BatchResult, MeasureOptions, Observation } from '../probe/model.ts';
import type { Pace } from '../probe/pace.ts';
import { settle, type Settling } from '../probe/settle.ts';
import { unmeasured } from '../probe/unmeasured.ts';
import type { ObservedRun } from '../verdict/observed-run.ts';
import type { Field } from './field-model.ts';
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
  /** Absent: there was nothing that had to settle. */
  readonly settling?: Settling;
  /** Why no canary was watched; absent: one was. */
  readonly noCanary?: string;
  /** Why nothing more was sent; absent: all was. */
  readonly stopped?: string;
}

const NO_CANARY = 'no canary was watched, because no policy was there and every connection was open';
const CANARY_FOLLOWS = 'not every connection is open: the canary is watched, and all are tried again';

type MeasureRun = Pick<RunOptions, 'signal' | 'progress' | 'timeoutMs'>;

/**
 * The canary, the settling, and the batch; where too much fails, as far as it came. Where the canary does not stand
 * yet, the batch alone, if all of it is open.
 */
export async function measure(
  input: MeasureInput,
  field: Pick<Field, 'canary' | 'canaryStands' | 'prober'>,
  run: MeasureRun,
): Promise<Measured> {
  const { restraint } = input;
  const errors = restraint === undefined ? undefined : new ErrorLimit(restraint.maxErrors);
  const told: Told = { ...input, prober: field.prober, run, errors };
  const measured = await measureWithin(told, field);
  if (errors?.reason === undefined) return measured;
  run.progress.note(errors.reason);
  return { ...measured, stopped: errors.reason };
}

interface Told extends MeasureInput {
  readonly prober: Field['prober'];
  readonly run: MeasureRun;
  readonly errors: ErrorLimit | undefined;
}

async function measureWithin(told: Told, field: Pick<Field, 'canary' | 'canaryStands'>): Promise<Measured> {
  if (!field.canaryStands) {
    const batch = await observeAll(told);
    const noCanary = told.errors?.reason ?? (isAllOpen(batch) ? NO_CANARY : undefined);
    if (noCanary !== undefined) return { batch, canaries: [], noCanary };
    told.run.progress.note(CANARY_FOLLOWS);
  }
  const { canaries, slowestMs } = await field.canary();
  const { settling, open } = await settled(told, slowestMs);
  const reason = told.errors?.reason;
  const batch = reason === undefined ? await observeAll(told, open) : unmeasured(told.plan.probes, reason);
  return { batch, canaries, settling };
}

function isAllOpen({ observations }: BatchResult): boolean {
  return [...observations.values()].every(({ outcome, doubt }) => outcome === 'open' && doubt === undefined);
}

interface Settled {
  readonly settling: Settling;
  /** Keys of what was open at its end. */
  readonly open: ReadonlySet<string>;
}

async function settled(told: Told, slowestCanaryMs: number): Promise<Settled> {
  const { plan, prober, run, errors } = told;
  run.progress.stage(`settling: ${plan.probes.length} connections until they stay the same`);
  let latest: BatchResult['observations'] = new Map();
  const sweep = async (): Promise<ReadonlyMap<string, Observation['outcome']>> => {
    latest = (await prober.measure(plan.probes, { ...commonOf(told), ...SWEEP })).observations;
    return new Map([...latest].map(([key, { outcome }]) => [key, outcome]));
  };
  const settling = await settle(sweep, {
    slowestCanaryMs,
    deadlineMs: SETTLE_DEADLINE_MS,
    signal: run.signal,
    mustStop: () => errors?.reason !== undefined,
  });
  return { settling, open: openIn(latest, settling) };
}

function observeAll(told: Told, openBefore?: ReadonlySet<string>): Promise<BatchResult> {
  const { plan, prober, run } = told;
  run.progress.stage(`observing ${plan.probes.length} connections`);
  return prober.measure(plan.probes, {
    ...commonOf(told),
    attempts: ATTEMPTS,
    timeoutMs: run.timeoutMs,
    ...(openBefore && { openBefore }),
    onProgress: (done, total) => run.progress.count(done, total, 'connections'),
  });
}

function commonOf({
  run,
  mayDial,
  restraint,
  errors,
}: Told): Pick<MeasureOptions, 'signal' | 'mayDial' | 'pace' | 'errors'> {
  return { signal: run.signal, mayDial, ...(restraint && { pace: restraint.pace }), ...(errors && { errors }) };
}

/** What was open when nothing changed any more; while it still changes, nothing is. */
function openIn(observations: BatchResult['observations'], { settled }: Settling): ReadonlySet<string> {
  const open = [...observations.values()].filter(
    ({ outcome, doubt }) => doubt === undefined && (outcome === 'open' || outcome === 'accepted-not-identified'),
  );
  return new Set(settled ? open.map(({ key }) => key) : []);
}
