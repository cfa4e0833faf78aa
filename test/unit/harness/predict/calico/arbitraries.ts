import fc from 'fast-check';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import type { Inventory } from '../../../../../src/harness/inventory/model.ts';
import { PORTS } from '../arbitraries.ts';
import { textOf, trees, type Tree } from './trees.ts';

export interface End {
  readonly nets?: readonly string[] | undefined;
  readonly notNets?: readonly string[] | undefined;
  readonly selector?: Tree | undefined;
  readonly notSelector?: Tree | undefined;
  readonly namespaceSelector?: Tree | 'global()' | undefined;
  readonly names?: readonly string[] | undefined;
  readonly accounts?: Tree | undefined;
  readonly ports?: readonly (number | string)[] | undefined;
  readonly notPorts?: readonly (number | string)[] | undefined;
}

export interface Rule {
  readonly action: 'Allow' | 'Deny' | 'Pass' | 'Log';
  readonly protocol?: string | number | undefined;
  readonly notProtocol?: string | number | undefined;
  readonly source: End;
  readonly destination: End;
}

export interface Policy {
  readonly name: string;
  /** Absent: of the whole cluster. */
  readonly namespace?: string | undefined;
  readonly tier: string;
  readonly order?: number | undefined;
  readonly selector?: Tree | undefined;
  readonly namespaceSelector?: Tree | undefined;
  readonly accounts?: Tree | undefined;
  readonly types?: readonly ('Ingress' | 'Egress')[] | undefined;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

export interface NetSet {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly nets: readonly string[];
}

export interface Calico {
  readonly policies: readonly Policy[];
  readonly sets: readonly NetSet[];
}

/** Orders of tiers around that of `default`. */
export const TIERS: Readonly<Record<string, { readonly order: number; readonly end: 'Deny' | 'Pass' }>> = {
  first: { order: 10, end: 'Deny' },
  watch: { order: 20, end: 'Pass' },
  default: { order: 1_000_000, end: 'Deny' },
  last: { order: 2_000_000, end: 'Deny' },
};

const podTree = trees(['app', 'tier', 'projectcalico.org/namespace', 'projectcalico.org/serviceaccount']);
const namespaceTree = trees(['env', 'projectcalico.org/name']);
const nets = fc.subarray(['10.0.0.0/8', '10.1.0.0/16', '10.0.0.1/32', '172.16.0.0/12', '203.0.113.0/24', '0.0.0.0/0'], {
  minLength: 1,
  maxLength: 2,
});
/** What a net may not be: everything. */
const notNets = nets.map((found) => found.filter((net) => net !== '0.0.0.0/0')).filter((found) => found.length > 0);
const port = fc.oneof(
  fc.constantFrom(...PORTS),
  fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)).map(([a, b]) => `${Math.min(a, b)}:${Math.max(a, b)}`),
);
/** Mostly absent, so that rules match now and then. */
const often =
  (share: number) =>
  <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
    fc.oneof({ weight: 100 - share, arbitrary: fc.constant(undefined) }, { weight: share, arbitrary: value });
const some = often(35);
const seldom = often(8);

/** `accounts`: whether service accounts may be selected by labels, which nobody knows. */
const end = (usually: typeof some, accounts: boolean): fc.Arbitrary<End> =>
  fc.record({
    nets: usually(nets),
    notNets: seldom(notNets),
    selector: usually(podTree),
    notSelector: seldom(podTree),
    namespaceSelector: usually(
      fc.oneof({ weight: 5, arbitrary: namespaceTree }, { weight: 1, arbitrary: fc.constant('global()' as const) }),
    ),
    names: seldom(fc.subarray(['default', 'web'], { minLength: 1 })),
    accounts: accounts ? seldom(trees(['team'])) : fc.constant(undefined),
  });

const PROTOCOL = fc.constantFrom<string | number>('TCP', 'UDP', 'SCTP', 6, 17);
const rule = (direction: 'ingress' | 'egress', accounts: boolean): fc.Arbitrary<Rule> =>
  fc
    .record({
      action: fc.constantFrom<Rule['action']>('Allow', 'Allow', 'Deny', 'Pass', 'Log'),
      protocol: some(
        fc.oneof({ weight: 5, arbitrary: PROTOCOL }, { weight: 1, arbitrary: fc.constantFrom('ICMP', 47) }),
      ),
      notProtocol: seldom(PROTOCOL),
      other: end(some, accounts),
      own: end(seldom, accounts),
      ports: some(fc.array(port, { minLength: 1, maxLength: 2 })),
      notPorts: seldom(fc.array(port, { minLength: 1, maxLength: 2 })),
      named: seldom(fc.constantFrom('http', 'dns')),
    })
    .map(({ other, own, ports, notPorts, named, ...more }) => {
      const [source, destination] = direction === 'ingress' ? [other, own] : [own, other];
      const hasPorts = more.protocol !== undefined && more.protocol !== 'ICMP' && more.protocol !== 47;
      // Behind a network set, a named port is not known; so names stand where no labels are asked for.
      const mayName = [
        destination.selector,
        destination.notSelector,
        destination.namespaceSelector,
        destination.names,
        destination.accounts,
      ].every((one) => one === undefined);
      const names = named !== undefined && mayName && more.protocol !== 'ICMP' && more.protocol !== 47 ? [named] : [];
      const wanted = [...(hasPorts ? (ports ?? []) : []), ...names];
      return {
        ...more,
        source,
        destination: {
          ...destination,
          ...(wanted.length > 0 && { ports: wanted }),
          ...(hasPorts && notPorts !== undefined && { notPorts }),
        },
      };
    });

const policy = (orders: fc.Arbitrary<number | undefined>, accounts: boolean): fc.Arbitrary<Omit<Policy, 'name'>> =>
  fc
    .record({
      namespace: fc.constantFrom('a', 'b', 'c', undefined),
      tier: fc.constantFrom('default', 'default', ...Object.keys(TIERS)),
      order: orders,
      selector: some(podTree),
      namespaceSelector: some(namespaceTree),
      accounts: accounts ? seldom(trees(['team'])) : fc.constant(undefined),
      types: fc.constantFrom(undefined, ['Ingress'] as const, ['Egress'] as const, ['Ingress', 'Egress'] as const),
      ingress: fc.array(rule('ingress', accounts), { maxLength: 3 }),
      egress: fc.array(rule('egress', accounts), { maxLength: 3 }),
    })
    .map((spec) => (spec.namespace === undefined ? spec : { ...spec, namespaceSelector: undefined }));

const sets = fc.array(
  fc.record({
    namespace: fc.constantFrom('a', 'b', undefined),
    labels: fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('x', 'y'), { maxKeys: 2 }),
    nets,
  }),
  { maxLength: 2 },
);

/** `settled`: no two policies of one order, none of that of NetworkPolicies, and all that is asked for is known. */
export function calicoObjects(settled: boolean): fc.Arbitrary<Calico> {
  const orders = settled ? fc.constantFrom(1, 2000) : fc.constantFrom(1, 1000, 1000, 2000, undefined);
  return fc.record({ policies: fc.array(policy(orders, !settled), { maxLength: 5 }), sets }).map((found) => ({
    policies: found.policies.map((one, index) => ({
      ...one,
      name: `p${index}`,
      // One of them may be last without an order.
      ...(settled && { order: index === 4 ? undefined : (one.order ?? 0) + index }),
    })),
    sets: found.sets.map((one, index) => ({
      ...one,
      name: `s${index}`,
      namespace: settled && found.policies.some(deniesNamespaces) ? 'a' : one.namespace,
    })),
  }));
}

/** Whether it asks for what a namespace has not: of sets in no namespace that is not settled. */
function deniesNamespaces({ ingress, egress }: Pick<Policy, 'ingress' | 'egress'>): boolean {
  const ends = [...ingress, ...egress].flatMap(({ source, destination }) => [source, destination]);
  return ends.some(({ namespaceSelector }) => /"op":"(!|!=|not in)"/.test(JSON.stringify(namespaceSelector ?? '')));
}

/** Read as manifests are, into an inventory of pods and NetworkPolicies. */
export function withCalico(inventory: Inventory, { policies, sets: all }: Calico): Inventory {
  const objects = [
    ...Object.entries(TIERS).map(([name, { order, end: defaultAction }]) =>
      raw('Tier', { name }, { order, defaultAction }),
    ),
    ...policies.map(({ name, namespace, ...spec }) =>
      raw(namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy', { name, namespace }, specOf(spec)),
    ),
    ...all.map(({ name, namespace, labels, nets: found }) =>
      raw(namespace === undefined ? 'GlobalNetworkSet' : 'NetworkSet', { name, namespace, labels }, { nets: found }),
    ),
  ];
  const position = (name: string) => ({ file: name, line: 1, column: 1 });
  const built = buildInventory(objects.map((object) => ({ object, positionOf: () => position('calico.yaml') })));
  return { ...inventory, adminPolicies: built.adminPolicies, ...(built.calico && { calico: built.calico }) };
}

function raw(kind: string, metadata: object, spec: object): unknown {
  // As JSON has it: what is undefined is not there.
  return JSON.parse(JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind, metadata, spec })) as unknown;
}

function specOf({ accounts, ingress, egress, ...spec }: Omit<Policy, 'name' | 'namespace'>): object {
  return {
    ...spec,
    selector: spec.selector && textOf(spec.selector),
    namespaceSelector: spec.namespaceSelector && textOf(spec.namespaceSelector),
    serviceAccountSelector: accounts && textOf(accounts),
    ingress: ingress.map(rawRule),
    egress: egress.map(rawRule),
  };
}

function rawRule({ source, destination, ...more }: Rule): object {
  return { ...more, source: rawEnd(source), destination: rawEnd(destination) };
}

function rawEnd({ selector, notSelector, namespaceSelector, names, accounts, ...more }: End): object {
  const isSelected = names !== undefined || accounts !== undefined;
  return {
    ...more,
    selector: selector && textOf(selector),
    notSelector: notSelector && textOf(notSelector),
    namespaceSelector: typeof namespaceSelector === 'object' ? textOf(namespaceSelector) : namespaceSelector,
    ...(isSelected && { serviceAccounts: { names, selector: accounts && textOf(accounts) } }),
  };
}
