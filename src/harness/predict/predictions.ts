import type { Protocol } from '../../requirements/model.ts';
import type { Workload } from '../inventory/model.ts';
import type { AddressSet } from './sets/addresses.ts';
import type { ConnectionSet } from './sets/connections.ts';
import type { Engine } from './engine.ts';
import type { Decision, Prediction, SideDecision } from './model.ts';
import type { NodeTraffic } from './sides/node-traffic.ts';
import type { Member } from './classes/rule-match.ts';
import type { SideAnswer } from './sides/side-answer.ts';
import type { Both, Side } from './sets/side-table.ts';

const OUTSIDE: SideAnswer = {
  decision: {
    outcome: 'allowed',
    isolatedBy: [],
    allowedBy: [],
    exempt: 'addresses outside the cluster have no policies',
  },
  notes: [],
};

abstract class EnginePrediction implements Prediction {
  readonly allowed: ConnectionSet;
  readonly unknown: ConnectionSet;
  readonly notes: readonly string[];
  protected readonly engine: Engine;

  constructor(engine: Engine, { allowed, unknown, notes }: Both) {
    this.engine = engine;
    this.allowed = allowed;
    this.unknown = unknown;
    this.notes = notes;
  }

  abstract decide(protocol: Protocol, port: number): Decision;

  protected join(egress: SideAnswer, ingress: SideAnswer): Decision {
    const outcomes = [egress.decision.outcome, ingress.decision.outcome];
    const outcome = outcomes.find((one) => one === 'denied') ?? outcomes.find((one) => one === 'unknown') ?? 'allowed';
    const reasons =
      outcome === 'unknown'
        ? [egress.decision.unknown ?? [], ingress.decision.unknown ?? []].flat()
        : assumptionsOf(egress, ingress);
    const reason = reasons.length === 0 ? {} : { reason: [...new Set(reasons)].join('; ') };
    return { outcome, egress: egress.decision, ingress: ingress.decision, ...reason };
  }
}

/** Where one end surely denies, nothing rests on the other end. */
function assumptionsOf(egress: SideAnswer, ingress: SideAnswer): readonly string[] {
  const denies = ({ decision, notes }: SideAnswer): boolean => decision.outcome === 'denied' && notes.length === 0;
  return denies(egress) || denies(ingress) ? [] : [...egress.notes, ...ingress.notes];
}

export class PairPrediction extends EnginePrediction {
  readonly #from: Member;
  readonly #to: Member;
  readonly #traffic: NodeTraffic;

  constructor(engine: Engine, from: Member, to: Member, traffic: NodeTraffic) {
    const egress = engine.side(from.podClass, 'egress', to.podClass, traffic);
    const ingress = engine.side(to.podClass, 'ingress', from.podClass, traffic);
    super(engine, engine.table.both(egress, ingress));
    this.#from = from;
    this.#to = to;
    this.#traffic = traffic;
  }

  decide(protocol: Protocol, port: number): Decision {
    const point = { protocol, port };
    const [from, to] = [this.#from, this.#to];
    return this.join(
      this.engine.decide(from, 'egress', { kind: 'class', ...to }, point, this.#traffic),
      this.engine.decide(to, 'ingress', { kind: 'class', ...from }, point, this.#traffic),
    );
  }
}

/** Both ends of a connection as one engine knows them. */
export interface Ends {
  readonly engine: Engine;
  readonly from: Member;
  readonly to: Member;
}

/** Of which each end is decided by an engine of its own. */
export class JoinedPrediction extends EnginePrediction {
  readonly #source: Ends;
  readonly #target: Ends;
  readonly #traffic: NodeTraffic;

  /** @param taken what an engine says, as the table of one of them has it */
  constructor(source: Ends, target: Ends, traffic: NodeTraffic, taken: (side: Side, by: Engine) => Side) {
    const egress = source.engine.side(source.from.podClass, 'egress', source.to.podClass, traffic);
    const ingress = target.engine.side(target.to.podClass, 'ingress', target.from.podClass, traffic);
    const [sent, received] = [taken(egress, source.engine), taken(ingress, target.engine)];
    const engine = sent === egress ? source.engine : target.engine;
    super(engine, engine.table.both(sent, received));
    this.#source = source;
    this.#target = target;
    this.#traffic = traffic;
  }

  decide(protocol: Protocol, port: number): Decision {
    const point = { protocol, port };
    const [source, target] = [this.#source, this.#target];
    return this.join(
      source.engine.decide(source.from, 'egress', { kind: 'class', ...source.to }, point, this.#traffic),
      target.engine.decide(target.to, 'ingress', { kind: 'class', ...target.from }, point, this.#traffic),
    );
  }
}

export class OutsidePrediction extends EnginePrediction {
  readonly #subject: Member;
  readonly #direction: 'ingress' | 'egress';
  readonly #pieces: readonly AddressSet[];

  /** `pieces` of the addresses, each of which no rule tells apart. */
  constructor(
    engine: Engine,
    subject: Member,
    direction: 'ingress' | 'egress',
    pieces: readonly AddressSet[],
    sets: Both,
  ) {
    super(engine, sets);
    this.#subject = subject;
    this.#direction = direction;
    this.#pieces = pieces;
  }

  decide(protocol: Protocol, port: number): Decision {
    const answers = this.#pieces.map((addresses) =>
      this.engine.decide(this.#subject, this.#direction, { kind: 'addresses', addresses }, { protocol, port }),
    );
    const side = joinAnswers(answers);
    return this.#direction === 'egress' ? this.join(side, OUTSIDE) : this.join(OUTSIDE, side);
  }
}

/** Of addresses that are answered alike, though not by the same rules. */
function joinAnswers(answers: readonly SideAnswer[]): SideAnswer {
  const [first, ...others] = answers;
  if (first === undefined) throw new TypeError('a part has at least one piece');
  if (others.length === 0) return first;
  const decisions = answers.map(({ decision }) => decision);
  const all = <Item>(items: (decision: SideDecision) => readonly Item[] | undefined): Item[] => [
    ...new Set(decisions.flatMap((decision) => items(decision) ?? [])),
  ];
  const [deniedBy, passedBy] = [all((one) => one.deniedBy), all((one) => one.passedBy)];
  const nearMisses = all((one) => one.nearMisses);
  const unknown = all((one) => (one.unknown === undefined ? [] : [one.unknown])).join('; ');
  const decision = {
    ...first.decision,
    isolatedBy: all((one) => one.isolatedBy),
    allowedBy: all((one) => one.allowedBy),
    ...(deniedBy.length > 0 && { deniedBy }),
    ...(passedBy.length > 0 && { passedBy }),
    ...(nearMisses.length > 0 && { nearMisses }),
    ...(unknown !== '' && { unknown }),
  };
  return { decision, notes: [...new Set(answers.flatMap(({ notes }) => notes))] };
}

/** The answer for pods that differ: allowed where all are, denied where none is, else unknown. */
export class MixedPrediction implements Prediction {
  readonly allowed: ConnectionSet;
  readonly unknown: ConnectionSet;
  readonly notes: readonly string[];
  readonly #members: readonly Prediction[];
  readonly #workloads: readonly Workload[];

  constructor(members: readonly [Prediction, ...Prediction[]], workloads: readonly Workload[]) {
    const [first, ...others] = members;
    this.allowed = others.reduce((common, { allowed }) => common.intersect(allowed), first.allowed);
    this.unknown = members
      .reduce((sum, { allowed, unknown }) => sum.union(allowed).union(unknown), first.unknown)
      .subtract(this.allowed);
    this.notes = [...new Set(members.flatMap(({ notes }) => notes))];
    this.#members = members;
    this.#workloads = workloads;
  }

  decide(protocol: Protocol, port: number): Decision {
    const decisions = this.#members.map((member) => member.decide(protocol, port));
    const [first] = decisions;
    if (first === undefined) throw new TypeError('a prediction for pods that differ needs one of each');
    if (decisions.every(({ outcome }) => outcome === first.outcome)) return first;
    const odd = decisions.find(({ outcome }) => outcome !== 'allowed') ?? first;
    const names = this.#workloads.map(({ id }) => id).join(' and ');
    return {
      ...odd,
      outcome: 'unknown',
      reason: `the pods of ${names} carry different labels, and the policies do not treat them alike`,
    };
  }
}
