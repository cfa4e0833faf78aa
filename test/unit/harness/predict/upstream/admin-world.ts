import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import type { Inventory } from '../../../../../src/harness/inventory/model.ts';
import { labelled, writePods, writeRule, type ApiVersion } from './admin-rules.ts';

export type { ApiVersion } from './admin-rules.ts';
export type Tier = 'admin' | 'baseline';

/** One of the conformance tests of the API, retold. */
export interface AdminFact {
  /** What its upstream name ends with: `CNPAdminTier…`, `BaselineAdminNetworkPolicy…`. */
  readonly test: string;
  readonly subject: string;
  readonly ingress?: readonly string[];
  readonly egress?: readonly string[];
  readonly checks: readonly AdminCheck[];
}

interface AdminCheck {
  /** As upstream calls it. */
  readonly case: string;
  /** Only of that tier. */
  readonly tier?: Tier;
  readonly subject?: string;
  readonly swap?: readonly [number, number];
  readonly stack?: readonly StackedPolicy[];
  /** Namespaces whose label is another one, for the time being. */
  readonly houses?: Readonly<Record<string, string>>;
  /** `open ravenclaw/0 > gryffindor/1 80/tcp`. */
  readonly cells: readonly string[];
}

/** A policy in short; one of a namespace lets `peers` in and out. */
interface StackedPolicy {
  readonly tier?: Tier | 'namespace';
  readonly priority?: number;
  readonly peers?: string;
  readonly ingress?: readonly string[];
  readonly egress?: readonly string[];
}

/** A check as it stands when it is its turn. */
export interface DueCheck extends AdminCheck {
  readonly subject: string;
  readonly stack: readonly StackedPolicy[];
}

const HOUSES = ['gryffindor', 'slytherin', 'hufflepuff', 'ravenclaw', 'forest'];

export function readAdminFacts(file: string): readonly AdminFact[] {
  return load(readFileSync(new URL(`admin/${file}.yaml`, import.meta.url), 'utf8')) as readonly AdminFact[];
}

/** The checks of one tier, in order; rules that were swapped stay so. In the baseline, upstream has no rules that pass. */
export function checksOf({ subject, checks, ...fact }: AdminFact, tier: Tier): readonly DueCheck[] {
  const kept = (rules: readonly string[] = []) => rules.filter((rule) => tier === 'admin' || !rule.startsWith('pass'));
  const rules = { ingress: [...kept(fact.ingress)], egress: [...kept(fact.egress)] };
  return checks
    .filter((check) => check.tier === undefined || check.tier === tier)
    .map((check) => {
      if (check.swap !== undefined) for (const list of [rules.ingress, rules.egress]) swap(list, check.swap);
      const alone = [{ ingress: [...rules.ingress], egress: [...rules.egress] }];
      return { subject, stack: alone, ...check };
    });
}

function swap(list: string[], [one, other]: readonly [number, number]): void {
  const [first, second] = [list[one], list[other]];
  if (first === undefined || second === undefined) return;
  list[one] = second;
  list[other] = first;
}

export function adminWorld(check: DueCheck, tier: Tier, version: ApiVersion): Inventory {
  const written = check.stack.map((policy, index) => policyOf(policy, index, check, tier, version));
  return buildInventory(
    [...HOUSES.flatMap((house) => houseOf(house, check.houses?.[house] ?? house)), ...written].map((object) => ({
      object,
      positionOf: () => ({ file: 'admin.yaml', line: 1, column: 1 }),
    })),
  );
}

/** A namespace with two pods; those of the forest are on the host network, each on the node of its number. */
function houseOf(house: string, label: string): readonly object[] {
  const ports = [
    { name: 'web', protocol: 'TCP', containerPort: 80 },
    { name: 'dns', protocol: 'UDP', containerPort: 53 },
  ];
  const hostNetwork = house === 'forest';
  const pods = ['0', '1'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: house, labels: { 'conformance-house': house } },
    spec: { hostNetwork, nodeName: `n${hostNetwork ? name : '2'}`, containers: [{ name: 'c', image: 'x', ports }] },
    status: { podIP: addressOf(`${house}/${name}`) },
  }));
  const linux = { labels: { 'kubernetes.io/os': 'linux' } };
  const nodes = pods.map(({ spec }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: spec.nodeName, ...linux },
  }));
  const metadata = { name: house, labels: { 'conformance-house': label } };
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata }, ...pods, ...(hostNetwork ? nodes : [])];
}

function addressOf(pod: string): string {
  const [house = '', name = ''] = pod.split('/');
  return `10.0.${HOUSES.indexOf(house)}.${Number(name) + 1}`;
}

function policyOf(
  policy: StackedPolicy,
  index: number,
  { subject }: DueCheck,
  alone: Tier,
  version: ApiVersion,
): object {
  const { tier = alone, priority = 10, peers, ingress = [], egress = [] } = policy;
  if (tier === 'namespace') return namespacePolicy(subject, peers ?? '');
  const spec = {
    subject: writePods(subject),
    ingress: ingress.map((rule) => writeRule(rule, 'from', version, addressOf)),
    egress: egress.map((rule) => writeRule(rule, 'to', version, addressOf)),
  };
  const apiVersion = `policy.networking.k8s.io/${version}`;
  if (version === 'v1alpha2') {
    const written = { tier: tier === 'admin' ? 'Admin' : 'Baseline', priority, ...spec };
    return { apiVersion, kind: 'ClusterNetworkPolicy', metadata: { name: `p${index}` }, spec: written };
  }
  return tier === 'admin'
    ? { apiVersion, kind: 'AdminNetworkPolicy', metadata: { name: `p${index}` }, spec: { priority, ...spec } }
    : { apiVersion, kind: 'BaselineAdminNetworkPolicy', metadata: { name: 'default' }, spec };
}

function namespacePolicy(namespace: string, house: string): object {
  const peers = [{ namespaceSelector: labelled(house) }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'let', namespace },
    spec: { policyTypes: ['Ingress', 'Egress'], ingress: [{ from: peers }], egress: [{ to: peers }] },
  };
}
