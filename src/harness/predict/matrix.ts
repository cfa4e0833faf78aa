import { PROTOCOLS } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { type AddressSet, ALL_IPV4, ALL_IPV6 } from './sets/addresses.ts';
import { ConnectionSet } from './sets/connections.ts';
import { Doubts } from './doubts.ts';
import type { Prediction, Predictor } from './model.ts';
import { outsider } from './ends/outsider.ts';
import { waysIn } from './ends/ways-in.ts';

/** One allowed pair. `from` and `to` are workload ids, address ranges `first-last`, or `{ingress-controller}`. */
export interface MatrixRow {
  readonly from: string;
  readonly to: string;
  /** `all`, or `TCP 80,443,8000-8080; UDP 53`. */
  readonly connections: string;
}

export interface Matrix {
  /** Every allowed pair once: between workloads, then with addresses, then ways in. */
  readonly rows: readonly MatrixRow[];
  /** Pairs of which something is not known; it is not among what `rows` allow. */
  readonly unknown: readonly MatrixRow[];
  /** What the rows rest on, and why something is not known, as sentences. */
  readonly notes: readonly string[];
}

export const INGRESS_CONTROLLER = '{ingress-controller}';

/** Everything that the policies of an inventory allow, as exact sets; `predictor` must be of the same inventory. */
export function matrixOf(inventory: Inventory, predictor: Predictor): Matrix {
  const sheet = new Sheet();
  const workloads = inventory.workloads
    .filter(({ position }) => !position.file.startsWith('assumed:'))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (workloads.length === 0) sheet.note('there are no workloads in the input, so there is nothing to list');
  for (const from of workloads) {
    for (const to of workloads) {
      if (from === to && from.kind === 'Pod') continue;
      sheet.add(from.id, to.id, predictor.between(from, to));
    }
  }
  addAddresses(sheet, workloads, predictor, matrixAddresses(inventory));
  addWaysIn(sheet, inventory, predictor);
  return sheet.finish();
}

function addAddresses(sheet: Sheet, workloads: readonly Workload[], predictor: Predictor, addresses: AddressSet): void {
  for (const workload of workloads) {
    for (const part of predictor.toAddresses(workload, addresses)) {
      for (const range of part.addresses.ranges()) sheet.add(workload.id, range, part.prediction);
    }
    for (const part of predictor.fromAddresses(addresses, workload)) {
      for (const range of part.addresses.ranges()) sheet.add(range, workload.id, part.prediction);
    }
  }
}

/** The addresses that a matrix is about: IPv6 ranges say nothing to a person whose cluster has none. */
export function matrixAddresses(inventory: Inventory): AddressSet {
  const peers = inventory.policies
    .flatMap(({ ingress, egress }) => [...ingress, ...egress])
    .flatMap(({ peers: named = [] }) => named);
  const texts = [
    ...peers.flatMap((peer) => (peer.kind === 'ipBlock' ? [peer.cidr] : [])),
    ...ofTiers(inventory),
    ...inventory.workloads.flatMap(({ pods }) => pods.flatMap(({ addresses }) => addresses)),
    ...inventory.services.flatMap(({ addresses }) => addresses),
  ];
  return texts.some((text) => text.includes(':')) ? ALL_IPV4.union(ALL_IPV6) : ALL_IPV4;
}

/** Of Cilium's `world` both families are part, whatever the cluster has: the whole of one says nothing there. */
function ofTiers({ adminPolicies, calico }: Inventory): readonly string[] {
  const rules = adminPolicies.flatMap(({ ingress, egress }) => [...ingress, ...egress]);
  const ends = rules.flatMap(({ ends: found }) => (found === undefined ? [] : [found.source, found.destination]));
  const peers = rules.flatMap(({ peers: named }) => named);
  return [
    ...[...ends, ...(calico?.networkSets ?? [])].flatMap(({ nets = [] }) => nets),
    ...peers.flatMap((peer) => (peer.kind === 'networks' ? peer.cidrs : [])),
    ...peers.flatMap((peer) => (peer.kind === 'world' && peer.cidrs.length === 1 ? peer.cidrs : [])),
  ];
}

/**
 * An ingress controller is a pod that nothing is known of: it reaches what a pod without labels in a namespace of its
 * own may reach.
 */
function addWaysIn(sheet: Sheet, inventory: Inventory, predictor: Predictor): void {
  const { ways, notes } = waysIn(inventory);
  for (const note of notes) sheet.note(note);
  for (const [workload, ports] of [...ways].toSorted(([a], [b]) => (a.id < b.id ? -1 : 1))) {
    const prediction = predictor.between(outsider(), workload);
    sheet.add(INGRESS_CONTROLLER, workload.id, prediction, ports);
    const shut = ports.subtract(prediction.allowed).subtract(prediction.unknown);
    if (shut.isEmpty) continue;
    sheet.note(
      `routes lead to ${workload.id} on ${shut.format()}, which no policy opens to a pod of which nothing is known: it is open only if the ingress controller is whom a rule names`,
    );
  }
}

/** Gathers rows and notes. */
class Sheet {
  readonly #rows: MatrixRow[] = [];
  readonly #unknown: MatrixRow[] = [];
  readonly #notes = new Set<string>();
  readonly #doubts = new Doubts();
  /** Notes of predictions are shared lists: each is looked into once. */
  readonly #seen = new Set<readonly string[]>();

  add(from: string, to: string, prediction: Prediction, within: ConnectionSet = ConnectionSet.ALL): void {
    const whole = within === ConnectionSet.ALL;
    const allowed = whole ? prediction.allowed : prediction.allowed.intersect(within);
    const unknown = whole ? prediction.unknown : prediction.unknown.intersect(within);
    if (!allowed.isEmpty) this.#rows.push({ from, to, connections: allowed.format() });
    if (!unknown.isEmpty) {
      this.#unknown.push({ from, to, connections: unknown.format() });
      this.#explain(unknown, prediction, from, to);
    }
    if (this.#seen.has(prediction.notes)) return;
    this.#seen.add(prediction.notes);
    for (const note of prediction.notes) this.#notes.add(note);
  }

  note(text: string): void {
    this.#notes.add(text);
  }

  finish(): Matrix {
    const doubts = this.#doubts.texts().map((text) => `not listed as allowed, because not known: ${text}`);
    return { rows: this.#rows, unknown: this.#unknown, notes: [...this.#notes, ...doubts] };
  }

  #explain(unknown: ConnectionSet, prediction: Prediction, from: string, to: string): void {
    for (const protocol of PROTOCOLS) {
      const [first] = unknown.intervals(protocol);
      if (first === undefined) continue;
      this.#doubts.add(prediction.decide(protocol, first.from), from, to);
      return;
    }
  }
}
