import { describe, expect, it } from 'vitest';
import { generateTopology } from '../../../../bench/topology/topology.ts';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import { matrixOf } from '../../../../../src/harness/predict/matrix.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol?: string; readonly port: number | string; readonly endPort?: number }[];
}
interface Spec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

const OPERATORS: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in {${values}}`,
  NotIn: (key, values) => `${key} not in {${values}}`,
  Exists: (key) => `has(${key})`,
  DoesNotExist: (key) => `!has(${key})`,
};

function selectorOf({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key} == '${value}'`);
  const others = matchExpressions.map(({ key, operator, values = [] }) =>
    OPERATORS[operator]?.(key, values.map((value) => `'${value}'`).join(', ')),
  );
  return [...labels, ...others].join(' && ') || 'all()';
}

/** Each peer and protocol of a rule is a rule of Calico's. */
function rulesOf(rules: readonly Rule[], other: 'source' | 'destination'): readonly object[] {
  return rules.flatMap(({ from, to, ports = [] }) => {
    const byProtocol = Map.groupBy(ports, ({ protocol = 'TCP' }) => protocol);
    const connections = ports.length === 0 ? [{}] : [...byProtocol].map(([protocol, wanted]) => ({ protocol, wanted }));
    return (from ?? to ?? [{}]).flatMap((peer) =>
      connections.map(({ protocol, wanted }: { protocol?: string; wanted?: Rule['ports'] }) => {
        const end = endOf(peer);
        const destination = {
          ...(other === 'destination' && end),
          ports: wanted?.map(({ port, endPort }) => (endPort === undefined ? port : `${port}:${endPort}`)),
        };
        return { action: 'Allow', protocol, destination, ...(other === 'source' && { source: end }) };
      }),
    );
  });
}

function endOf({ podSelector, namespaceSelector, ipBlock }: Peer): object {
  if (ipBlock) return { nets: [ipBlock.cidr], notNets: ipBlock.except };
  return {
    selector: podSelector && selectorOf(podSelector),
    namespaceSelector: namespaceSelector && selectorOf(namespaceSelector),
  };
}

/** As Calico itself converts them. */
function asCalico({ podSelector, policyTypes, ingress = [], egress = [] }: Spec): object {
  return {
    selector: selectorOf(podSelector),
    types: policyTypes,
    ingress: rulesOf(ingress, 'source'),
    egress: rulesOf(egress, 'destination'),
  };
}

describe("NetworkPolicies that are written as Calico's", () => {
  it('allow the same, over a cluster of all kinds of rules', () => {
    const objects = generateTopology({ namespaces: 4, podsPerWorkload: 1 }).flatMap(({ objects: own }) => own);
    const rows = (convert: boolean): ReturnType<typeof matrixOf>['rows'] => {
      const read = objects.map((object) =>
        convert && object.kind === 'NetworkPolicy'
          ? { ...object, apiVersion: 'projectcalico.org/v3', spec: asCalico(object['spec'] as Spec) }
          : object,
      );
      const inventory = buildInventory(
        read.map((object) => ({
          object: JSON.parse(JSON.stringify(object)) as unknown,
          positionOf: () => ({ file: 'objects.json', line: 1, column: 1 }),
        })),
        { plugin: { name: 'calico', version: '3.30.0' } },
      );
      expect([inventory.policies.length, inventory.adminPolicies.length].sort()).toEqual([0, 40]);
      const { rows: found, unknown } = matrixOf(inventory, createPredictor(inventory));
      expect(unknown).toEqual([]);
      return found;
    };
    const expected = rows(false);
    expect(expected.length).toBeGreaterThan(100);
    expect(rows(true)).toEqual(expected);
  });
});
