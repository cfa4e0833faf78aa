import type { Workload } from '../inventory/model.ts';
import type { Predictor } from '../predict/model.ts';
import type { Probe, ProbePod } from '../probe/model.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { Cell } from './cell.ts';
import { probesOfPod, trialOf, type Trial, type TrialContext, type TrialProbe } from './trials.ts';

export type ControlKind = 'allowed-peer' | 'itself' | 'unisolated-peer';

/** A connection that would prove that a listener answers. */
export interface ControlProbe {
  readonly kind: ControlKind;
  readonly probe: Probe;
  /** True: the policies let it through, so that it must succeed wherever the network does what they say. */
  readonly allowed?: boolean;
}

/** The cells of all requirements, each once, how each is tried, and what else is dialled so that a denial can count. */
export interface Plan {
  readonly cells: readonly Cell[];
  /** By cell key. */
  readonly trials: ReadonlyMap<string, Trial>;
  /** By listener: whatever opens one of these proves that somebody listens there. */
  readonly controls: ReadonlyMap<string, readonly ControlProbe[]>;
  /** Everything that is dialled, each once. */
  readonly probes: readonly Probe[];
}

/** Plans how the cells are tried, with the controls that each listener needs. */
export function planOf(cells: readonly Cell[], context: TrialContext, predictor: Predictor): Plan {
  const trials = new Map(cells.map((cell) => [cell.key, trialOf(cell, context)]));
  const controls = new Map<string, ControlProbe[]>();
  const addControl = (listener: string, control: ControlProbe): void => {
    const known = controls.get(listener);
    if (known === undefined) controls.set(listener, [control]);
    else known.push(control);
  };
  for (const cell of cells) {
    const trial = trials.get(cell.key);
    if (trial?.kind !== 'probes') continue;
    const allowed = cell.prediction.predicted === 'allowed';
    for (const { probe, listener } of trial.probes) addControl(listener, { kind: 'allowed-peer', probe, allowed });
  }
  for (const { listener, control } of extraControls(cells, trials, context, predictor)) addControl(listener, control);
  const probes = [...controls.values()].flat().map(({ probe }) => probe);
  return { cells, trials, controls, probes: [...new Map(probes.map((probe) => [probe.key, probe])).values()] };
}

interface Extra {
  readonly listener: string;
  readonly control: ControlProbe;
}

function extraControls(
  cells: readonly Cell[],
  trials: ReadonlyMap<string, Trial>,
  context: TrialContext,
  predictor: Predictor,
): readonly Extra[] {
  const extras = new Map<string, Extra>();
  const add = (listener: string, control: ControlProbe): void => {
    extras.set(`${listener} ${control.probe.from}`, { listener, control });
  };
  const served = new Set(
    cells
      .filter(({ prediction }) => prediction.predicted === 'allowed')
      .flatMap((cell) => listenersOf(trials.get(cell.key))),
  );
  for (const cell of cells) {
    const trial = trials.get(cell.key);
    if (trial?.kind !== 'probes') continue;
    for (const tried of trial.probes) {
      const target = tried.target === undefined ? undefined : context.pods.get(tried.target);
      if (target === undefined) {
        addUnisolated(tried, context, add);
        if (cell.destination.kind === 'service') addEndpoints(cell.destination, tried, context, add);
      } else {
        addItself(tried, target, add);
        if (!served.has(tried.listener)) addAllowedPeer(cell, tried, target, { context, predictor, add });
      }
    }
  }
  return [...extras.values()];
}

type Add = (listener: string, control: ControlProbe) => void;

/** The listener answers its own pod: that proves that somebody listens, and no more. */
function addItself({ probe, listener }: TrialProbe, target: ProbePod, add: Add): void {
  const own = probesOfPod(
    `control: ${target.id} itself ${probe.protocol}/${probe.port}`,
    target,
    target,
    probe.protocol,
    probe.port,
  );
  for (const control of own) if (control.listener === listener) add(listener, { kind: 'itself', probe: control.probe });
}

/** Behind a service listen its endpoints' stand-ins; real pods of a live cluster prove nothing of themselves. */
function addEndpoints(
  { endpoints }: Cell['destination'] & { readonly kind: 'service' },
  { probe: { protocol, port }, listener, family }: TrialProbe,
  { pods, realServices }: TrialContext,
  add: Add,
): void {
  if (realServices) return;
  for (const { workload, port: own, targetPort } of endpoints) {
    const pod = own.port === port && own.protocol === protocol ? pods.get(workload.id) : undefined;
    if (pod === undefined) continue;
    const controls = probesOfPod(`control: ${pod.id} itself ${protocol}/${targetPort}`, pod, pod, protocol, targetPort);
    const control = controls.find((candidate) => family === undefined || candidate.family === family);
    if (control !== undefined) add(listener, { kind: 'itself', probe: control.probe });
  }
}

/** Where no planned cell may reach the listener, somebody is looked for who may. */
function addAllowedPeer(
  cell: Cell,
  { probe, listener }: TrialProbe,
  target: ProbePod,
  { context, predictor, add }: { context: TrialContext; predictor: Predictor; add: Add },
): void {
  if (cell.destination.kind !== 'workload') return;
  const peer = peerFor(cell.destination.workload, probe, context, predictor);
  if (peer === undefined || peer.id === target.id) return;
  const key = `control: ${peer.id} > ${target.id} ${probe.protocol}/${probe.port}`;
  for (const control of probesOfPod(key, peer, target, probe.protocol, probe.port)) {
    if (control.listener === listener) add(listener, { kind: 'allowed-peer', probe: control.probe, allowed: true });
  }
}

function peerFor(
  destination: Workload,
  { protocol, port }: Probe,
  { pods, workloads }: TrialContext,
  predictor: Predictor,
): ProbePod | undefined {
  const peer = workloads.find(
    (candidate) =>
      candidate.id !== destination.id &&
      pods.has(candidate.id) &&
      predictor.between(candidate, destination).allowed.contains(protocol, port),
  );
  return peer && pods.get(peer.id);
}

/** An address that is no pod of ours is dialled by a run pod that no policy isolates. */
function addUnisolated({ probe, listener }: TrialProbe, { pods }: TrialContext, add: Add): void {
  const peer = pods.get(outsider().id);
  if (peer === undefined) return;
  add(listener, {
    kind: 'unisolated-peer',
    probe: { ...probe, key: `control: ${peer.id} > ${listener}`, from: peer.id },
  });
}

function listenersOf(trial: Trial | undefined): readonly string[] {
  return trial?.kind === 'probes' ? trial.probes.map(({ listener }) => listener) : [];
}
