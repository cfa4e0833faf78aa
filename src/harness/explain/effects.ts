import { selects } from '../../requirements/selector.ts';
import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { ALL_ADDRESSES, type AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import { matrixAddresses } from '../predict/matrix.ts';
import type { Party, Prediction, Predictor } from '../predict/model.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { createPredictor } from '../predict/predictor.ts';
import { variantsOf } from '../predict/ends/variants.ts';
import { addressesText } from './address-text.ts';
import type { DeniedEnd } from './candidates.ts';
import { applyEdit, type Edit } from './edits.ts';

/** Something that an edit lets through at its end, and nobody asked for. */
export interface Opened {
  readonly from: string;
  readonly to: string;
  readonly connections: ConnectionSet;
}

export interface Effect {
  /** Whether this end then lets all of it through. */
  readonly suffices: boolean;
  /** Whether something that this end let through would not pass any more. */
  readonly closes: boolean;
  readonly opens: readonly Opened[];
}

/**
 * What edits do at their own end, as if the other end of every connection were open: what the other end stops today it
 * may let through tomorrow.
 */
export class Effects {
  readonly #inventory: Inventory;
  readonly #outside: AddressSet;
  readonly #before = new Map<string, Predictor>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#outside = matrixAddresses(inventory);
  }

  of(edit: Edit, { subject, peer, direction, connections }: DeniedEnd): Effect {
    // A NetworkPolicy touches its own namespace alone, and so no others decide.
    const within = edit.kind === 'admin-rule' || edit.kind === 'admin-policy' ? undefined : subject.namespace;
    const key = JSON.stringify([direction, within]);
    const before = this.#before.get(key) ?? predictorOf(this.#inventory, direction, within);
    this.#before.set(key, before);
    const after = predictorOf(applyEdit(this.#inventory, edit), direction, within);
    const opens: Opened[] = [];
    let closes = false;
    const others = this.#others(peer);
    for (const touched of this.#touched(edit, subject)) {
      for (const other of others) {
        for (const { name, old, now } of compared(before, after, touched, other, direction)) {
          const isAsked = touched === subject && isSame(other, peer);
          const opened = possible(now).subtract(possible(old));
          const surplus = isAsked ? opened.subtract(connections) : opened;
          const [from, to] = direction === 'egress' ? [touched.id, name] : [name, touched.id];
          if (!surplus.isEmpty) opens.push({ from, to, connections: surplus });
          closes ||= !now.allowed.covers(old.allowed);
        }
      }
    }
    const parts = predictionsOf(after, { kind: 'workload', workload: subject }, peer, direction);
    const suffices = parts.every(({ prediction }) => prediction.allowed.covers(connections));
    return { suffices, closes, opens };
  }

  /** Only pods that the edited policy selects may feel it. */
  #touched(edit: Edit, subject: Workload): readonly Workload[] {
    const { workloads, policies } = this.#inventory;
    const all = workloads.includes(subject) ? workloads : [...workloads, subject];
    if (edit.kind === 'admin-rule' || edit.kind === 'admin-policy') return [...new Set([...all, outsider()])];
    const policy =
      edit.kind === 'policy' || edit.kind === 'rule' ? edit.policy : policies.find(({ id }) => id === edit.rule.policy);
    return all.filter(
      (workload) =>
        workload.namespace === policy?.namespace &&
        variantsOf(workload).some(({ labels }) => selects(policy.podSelector, labels)),
    );
  }

  #others(peer: Party): readonly Party[] {
    const { workloads } = this.#inventory;
    const pods = [...new Set([...workloads, outsider(), ...(peer.kind === 'workload' ? [peer.workload] : [])])];
    const asked = peer.kind === 'addresses' ? [peer] : [];
    const rest = peer.kind === 'addresses' ? ALL_ADDRESSES.subtract(peer.addresses) : ALL_ADDRESSES;
    const addresses = rest.intersect(this.#outside);
    return [
      ...pods.map((workload): Party => ({ kind: 'workload', workload })),
      ...asked,
      { kind: 'addresses', addresses },
    ];
  }
}

interface Compared {
  readonly name: string;
  readonly old: Prediction;
  readonly now: Prediction;
}

function compared(
  before: Predictor,
  after: Predictor,
  subject: Workload,
  other: Party,
  direction: Direction,
): readonly Compared[] {
  const party: Party = { kind: 'workload', workload: subject };
  if (other.kind === 'workload') {
    const [old] = predictionsOf(before, party, other, direction);
    const [now] = predictionsOf(after, party, other, direction);
    return old === undefined || now === undefined
      ? []
      : [{ name: other.workload.id, old: old.prediction, now: now.prediction }];
  }
  return predictionsOf(before, party, other, direction).flatMap(({ addresses, prediction: old }) =>
    predictionsOf(after, party, { kind: 'addresses', addresses }, direction).map(({ addresses: part, prediction }) => ({
      name: addressesText(part),
      old,
      now: prediction,
    })),
  );
}

function predictionsOf(
  predictor: Predictor,
  subject: Party & { kind: 'workload' },
  other: Party,
  direction: Direction,
): ReturnType<Predictor['toAddresses']> {
  const { workload } = subject;
  if (other.kind === 'addresses') {
    return direction === 'egress'
      ? predictor.toAddresses(workload, other.addresses)
      : predictor.fromAddresses(other.addresses, workload);
  }
  const [from, to] = direction === 'egress' ? [workload, other.workload] : [other.workload, workload];
  return [{ addresses: ALL_ADDRESSES, prediction: predictor.between(from, to) }];
}

function possible({ allowed, unknown }: Prediction): ConnectionSet {
  return allowed.union(unknown);
}

function isSame(one: Party, other: Party): boolean {
  if (one.kind === 'addresses' || other.kind === 'addresses') return one === other;
  return one.workload === other.workload;
}

/** One direction alone: the other end of each connection has no policies. */
function predictorOf(inventory: Inventory, direction: Direction, within: string | undefined): Predictor {
  const policies = inventory.policies.filter(({ namespace }) => within === undefined || namespace === within);
  const other = direction === 'egress' ? 'ingress' : 'egress';
  return createPredictor({
    ...inventory,
    policies: policies.map((policy) => ({
      ...policy,
      directions: policy.directions.filter((one) => one === direction),
    })),
    adminPolicies: inventory.adminPolicies.map((policy) => ({
      ...policy,
      [other]: [],
      ...(policy.directions && { directions: policy.directions.filter((one) => one === direction) }),
    })),
    unmodelled: [],
  });
}
