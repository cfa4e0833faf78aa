import type { Inventory, NetworkPolicy, Workload } from '../../../../../src/harness/inventory/model.ts';
import type { Protocol } from '../../../../../src/requirements/model.ts';
import { TIERS, type Calico, type End, type Policy, type Rule } from './arbitraries.ts';
import { holds, type Labels, type Tree } from './trees.ts';
import { inCidr, labelsMatch, oracleAllows, type End as Place, type World } from '../oracle.ts';

/** What Calico leaves open besides: the order of kinds at one order, and labels of service accounts. */
export interface CalicoWorld extends World {
  readonly kinds: readonly string[];
  readonly team: string | undefined;
}

interface Point {
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * A second reading of Calico's documentation, apart from the engine: one connection, one world, plain loops over the
 * policies as they were generated, not as they were read.
 */
export function calicoAllows(
  inventory: Inventory,
  calico: Calico,
  world: CalicoWorld,
  from: Place,
  to: Place,
  point: Point,
): boolean {
  if ('workload' in from && 'workload' in to && from.workload.hostNetwork !== to.workload.hostNetwork) {
    if (world.sharesNode(from.workload, to.workload)) return true;
  }
  const judge = new Judge(inventory, calico, world, from, to, point);
  return judge.allows('egress') && judge.allows('ingress');
}

class Judge {
  readonly #inventory: Inventory;
  readonly #calico: Calico;
  readonly #world: CalicoWorld;
  readonly #from: Place;
  readonly #to: Place;
  readonly #point: Point;

  constructor(inventory: Inventory, calico: Calico, world: CalicoWorld, from: Place, to: Place, point: Point) {
    this.#inventory = inventory;
    this.#calico = calico;
    this.#world = world;
    this.#from = from;
    this.#to = to;
    this.#point = point;
  }

  /** Tier by tier; behind the last one a pod's profile allows. */
  allows(direction: 'ingress' | 'egress'): boolean {
    const place = direction === 'ingress' ? this.#to : this.#from;
    if (!('workload' in place) || place.workload.hostNetwork) return true;
    const tiers = Object.entries(TIERS).sort(([, a], [, b]) => a.order - b.order);
    for (const [name, { end }] of tiers) {
      const verdict = this.#tier(name, end, direction, place.workload);
      if (verdict === 'Allow') return true;
      if (verdict === 'Deny') return false;
    }
    return true;
  }

  #tier(tier: string, end: string, direction: 'ingress' | 'egress', subject: Workload): string {
    const kubernetes = tier === 'default' ? this.#isolating(direction, subject) : [];
    const own = this.#calico.policies.filter(
      (policy) => policy.tier === tier && typesOf(policy).includes(direction) && this.#selects(policy, subject),
    );
    if (own.length + kubernetes.length === 0) return 'Pass';
    const turns = [
      ...own.map((policy) => ({
        order: policy.order ?? Infinity,
        kind: policy.namespace === undefined ? 'Global' : 'Namespaced',
        name: policy.name,
        say: () => this.#policy(policy, direction),
      })),
      ...(kubernetes.length === 0
        ? []
        : [{ order: 1000, kind: 'Kubernetes', name: '', say: () => this.#kubernetes(kubernetes, direction) }]),
    ];
    turns.sort((a, b) => {
      if (a.order !== b.order) return a.order < b.order ? -1 : 1;
      if (a.kind !== b.kind) return this.#world.kinds.indexOf(a.kind) - this.#world.kinds.indexOf(b.kind);
      return a.name < b.name ? -1 : 1;
    });
    for (const { say } of turns) {
      const verdict = say();
      if (verdict !== undefined) return verdict;
    }
    return end;
  }

  #isolating(direction: 'ingress' | 'egress', subject: Workload): readonly NetworkPolicy[] {
    return this.#inventory.policies.filter(
      ({ namespace, directions, podSelector }) =>
        namespace === subject.namespace && directions.includes(direction) && labelsMatch(podSelector, subject.labels),
    );
  }

  /** Asked of the other oracle: as if these policies, in this direction, were all there is. */
  #kubernetes(policies: readonly NetworkPolicy[], direction: 'ingress' | 'egress'): string | undefined {
    const alone = policies.map((one) => ({ ...one, directions: [direction] }));
    const inventory = { ...this.#inventory, adminPolicies: [], policies: alone };
    const world = { ...this.#world, sharesNode: () => false };
    const { protocol, port } = this.#point;
    return oracleAllows(inventory, world, this.#from, this.#to, protocol, port) ? 'Allow' : undefined;
  }

  #policy({ namespace, ingress, egress }: Policy, direction: 'ingress' | 'egress'): string | undefined {
    for (const rule of direction === 'ingress' ? ingress : egress) {
      if (rule.action === 'Log' || !this.#matches(rule, namespace)) continue;
      return rule.action;
    }
    return undefined;
  }

  #matches({ protocol, notProtocol, source, destination }: Rule, namespace: string | undefined): boolean {
    const name = this.#point.protocol;
    const is = (given: string | number): boolean => given === name || given === { TCP: 6, UDP: 17, SCTP: 132 }[name];
    if (protocol !== undefined && !is(protocol)) return false;
    if (notProtocol !== undefined && is(notProtocol)) return false;
    if (destination.ports !== undefined && !destination.ports.some((one) => this.#isPort(one))) return false;
    if (destination.notPorts !== undefined && destination.notPorts.some((one) => this.#isPort(one))) return false;
    return this.#isEnd(source, this.#from, namespace) && this.#isEnd(destination, this.#to, namespace);
  }

  #isPort(given: number | string): boolean {
    const { protocol, port } = this.#point;
    if (typeof given === 'number') return given === port;
    const [first, last] = given.split(':');
    if (last !== undefined) return port >= Number(first) && port <= Number(last);
    if (!('workload' in this.#to) || this.#to.workload.hostNetwork) return false;
    return this.#to.workload.ports.some((one) => one.name === given && one.protocol === protocol && one.port === port);
  }

  #isEnd(end: End, place: Place, namespace: string | undefined): boolean {
    const address = 'address' in place ? place.address : this.#world.addressOf(place.workload);
    if (end.nets !== undefined && !end.nets.some((net) => inCidr(net, address))) return false;
    if (end.notNets !== undefined && end.notNets.some((net) => inCidr(net, address))) return false;
    const { selector, notSelector, namespaceSelector, names, accounts } = end;
    const there = this.#endpointsAt(place, address);
    const selects = [selector, namespaceSelector, names, accounts].some((one) => one !== undefined);
    const isBound = namespace !== undefined && notSelector !== undefined;
    if (!selects && !isBound) return notSelector === undefined || !there.some((labels) => holds(notSelector, labels));
    return there.some((labels) => {
      if (namespaceSelector === 'global()') {
        if (labels['projectcalico.org/namespace'] !== undefined) return false;
      } else if (namespaceSelector !== undefined) {
        if (!holdsForNamespace(namespaceSelector, labels)) return false;
      } else if (namespace !== undefined && labels['projectcalico.org/namespace'] !== namespace) return false;
      if (selector !== undefined && !holds(selector, labels)) return false;
      if (names !== undefined && !names.includes(labels['projectcalico.org/serviceaccount'] ?? '')) return false;
      if (accounts !== undefined && !holds(accounts, { team: labels['pcsa.team'] })) return false;
      return notSelector === undefined || !holds(notSelector, labels);
    });
  }

  /** The pod that is met, and every network set with its address. */
  #endpointsAt(place: Place, address: string): readonly Labels[] {
    const sets = this.#calico.sets
      .filter(({ nets }) => nets.some((net) => inCidr(net, address)))
      .map(({ labels, namespace }) => ({ ...labels, ...(namespace !== undefined && this.#ofNamespace(namespace)) }));
    return 'workload' in place && !place.workload.hostNetwork ? [this.#labelsOf(place.workload), ...sets] : sets;
  }

  #labelsOf({ labels, namespace, serviceAccount }: Workload): Labels {
    const account = { 'projectcalico.org/serviceaccount': serviceAccount, 'pcsa.team': this.#world.team };
    return { ...labels, ...this.#ofNamespace(namespace), ...account };
  }

  #ofNamespace(namespace: string): Labels {
    const labels = Object.entries(this.#world.labelsOf(namespace)).map(([key, value]) => [`pcns.${key}`, value]);
    return {
      ...(Object.fromEntries(labels) as Labels),
      'pcns.projectcalico.org/name': namespace,
      'projectcalico.org/namespace': namespace,
    };
  }

  #selects({ namespace, selector, namespaceSelector, accounts }: Policy, subject: Workload): boolean {
    const labels = this.#labelsOf(subject);
    if (namespace !== undefined && namespace !== subject.namespace) return false;
    if (namespaceSelector !== undefined && !holdsForNamespace(namespaceSelector, labels)) return false;
    if (accounts !== undefined && !holds(accounts, { team: labels['pcsa.team'] })) return false;
    return selector === undefined || holds(selector, labels);
  }
}

function typesOf({ types, ingress, egress }: Policy): readonly string[] {
  if (types !== undefined) return types.map((type) => type.toLowerCase());
  if (egress.length === 0) return ['ingress'];
  return ingress.length === 0 ? ['egress'] : ['ingress', 'egress'];
}

function holdsForNamespace(tree: Tree, labels: Labels): boolean {
  if (labels['projectcalico.org/namespace'] === undefined) return false;
  const own = Object.entries(labels).flatMap(([key, value]) =>
    key.startsWith('pcns.') ? [[key.slice(5), value]] : [],
  );
  return holds(tree, Object.fromEntries(own) as Labels);
}
