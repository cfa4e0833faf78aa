import { endsOf, Storyteller } from '../../../../src/harness/explain/story.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import { AddressSet } from '../../../../src/harness/predict/sets/addresses.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import type { Decision, Party, Prediction, Predictor } from '../../../../src/harness/predict/model.ts';
import type { Probe, ProbePod, ProbeProtocol } from '../../../../src/harness/probe/model.ts';

/** One source, one listener. */
export interface Cell {
  /** `diff-x/a > diff-y/b TCP 80`. */
  readonly key: string;
  readonly from: ProbePod;
  readonly to: ProbePod;
  readonly protocol: ProbeProtocol;
  readonly port: number;
}

/** From every party to every listener of every other. */
export function cellsBetween(parties: readonly ProbePod[]): readonly Cell[] {
  return parties.flatMap((from) => parties.filter((to) => to !== from).flatMap((to) => cellsOf(from, to)));
}

/** A listener is asked by its own pod too, which no policy forbids: who does not answer that is not blocked. */
export function controlsOf(parties: readonly ProbePod[]): readonly Cell[] {
  return parties.flatMap((pod) => cellsOf(pod, pod));
}

export function controlKey({ to, protocol, port }: Cell): string {
  return keyOf(to, to, protocol, port);
}

export function probeOf({ key, from, to, protocol, port }: Cell): Probe {
  return { key, from: from.id, protocol, port, target: { address: to.addresses[0] ?? '' }, responders: [to.uid] };
}

function cellsOf(from: ProbePod, to: ProbePod): readonly Cell[] {
  return (['TCP', 'UDP'] as const).flatMap((protocol) =>
    to.listening[protocol].map((port) => ({ key: keyOf(from, to, protocol, port), from, to, protocol, port })),
  );
}

function keyOf(from: ProbePod, to: ProbePod, protocol: ProbeProtocol, port: number): string {
  return `${from.id} > ${to.id} ${protocol} ${port}`;
}

/** The engine's answer for cells between pods of the inventory and a host outside of it. */
export interface Oracle {
  decide(cell: Cell): Decision;
  /** The story behind the answer, line by line. */
  explain(cell: Cell): readonly string[];
}

export function oracleOf(predictor: Predictor, inventory: Inventory): Oracle {
  const byUid = new Map(
    inventory.workloads.flatMap((workload) => workload.pods.map(({ uid }) => [uid, workload] as const)),
  );
  const partyOf = ({ uid, addresses }: ProbePod): Party => {
    const workload = byUid.get(uid);
    return workload ? { kind: 'workload', workload } : { kind: 'addresses', addresses: AddressSet.of(...addresses) };
  };
  return {
    decide: ({ from, to, protocol, port }) => predict(predictor, partyOf(from), partyOf(to)).decide(protocol, port),
    explain: ({ from, to, protocol, port }) =>
      new Storyteller(inventory, predictor).story(partyOf(from), partyOf(to), ConnectionSet.port(protocol, port)),
  };
}

function predict(predictor: Predictor, from: Party, to: Party): Prediction {
  const [ends, ...more] = endsOf(predictor, from, to);
  if (ends === undefined || more.length > 0) throw new Error('one address outside has one answer');
  return ends.prediction;
}
