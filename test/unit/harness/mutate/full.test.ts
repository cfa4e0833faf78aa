import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import type { Inventory, NetworkPlugin } from '../../../../src/harness/inventory/model.ts';
import { applyEdit } from '../../../../src/harness/mutate/edits.ts';
import type { MutationResult } from '../../../../src/harness/mutate/model.ts';
import { mutate } from '../../../../src/harness/mutate/mutate.ts';
import { matrixAddresses } from '../../../../src/harness/predict/matrix.ts';
import { documents } from '../../support/predicted.ts';
import { sourcesOf } from '../inventory/from-yaml.ts';
import { mixedPolicies, settledPolicies } from '../predict/admin/fixtures.ts';
import { knownInventories, openInventories } from '../predict/arbitraries.ts';
import { calicoObjects, withCalico } from '../predict/calico/arbitraries.ts';
import { policy } from '../undocumented/support.ts';
import { ciliumPolicies } from './cilium-arbitraries.ts';
import { allowedBy, fullRequirements } from './full.ts';
import { admin, calico, calicoGlobal, cilium, clusterwide } from './kinds/support.ts';
import { nameOf, TODAY } from './support.ts';

const SCENE = [
  '{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: shop}}}',
  '{apiVersion: v1, kind: Namespace, metadata: {name: ops, labels: {team: ops}}}',
  '{apiVersion: v1, kind: Namespace, metadata: {name: kube-system, labels: {}}}',
  pod('shop/web', '10.0.0.1'),
  pod('shop/db', '10.1.0.2'),
  pod('ops/mon', '10.2.0.3'),
];

/** Whose address and node are known, so that blocks leave nothing open. */
function pod(id: string, address: string): string {
  const [namespace = '', name = ''] = id.split('/');
  const ports = '[{containerPort: 80, name: http}]';
  return `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}, spec: {nodeName: ${name}, containers: [{name: c, image: x, ports: ${ports}}]}, status: {podIP: ${address}}}`;
}

const SHOP = 'namespaces: {matchLabels: {team: shop}}';
const OPS = 'namespaces: {matchLabels: {team: ops}}';

/** By kind: policies in which each sort of part stands, and the plugin that takes them. */
const KINDS: readonly (readonly [string, NetworkPlugin['name'], readonly string[]])[] = [
  [
    'NetworkPolicy',
    'unknown',
    [
      policy(
        'db',
        '{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {matchLabels: {app: web}}}, {namespaceSelector: {matchLabels: {team: ops}}}], ports: [{port: 5432}, {port: 90, endPort: 99}]}], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}',
      ),
    ],
  ],
  [
    'AdminNetworkPolicy',
    'unknown',
    [
      admin(
        'AdminNetworkPolicy',
        'guard',
        `priority: 1, subject: {${SHOP}}, ingress: [
          {action: Allow, from: [{${OPS}}], ports: [{portNumber: {protocol: TCP, port: 90}}, {portNumber: {protocol: TCP, port: 91}}]},
          {action: Pass, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]},
          {action: Deny, from: [{${SHOP}}, {${OPS}}], ports: [{namedPort: http}, {portRange: {protocol: TCP, start: 1, end: 99}}]}],
          egress: [{action: Deny, to: [{networks: [10.0.0.0/8, 192.0.2.0/24]}, {${OPS}}]}]`,
      ),
      policy('db', '{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}'),
    ],
  ],
  [
    'BaselineAdminNetworkPolicy',
    'unknown',
    [
      admin(
        'BaselineAdminNetworkPolicy',
        'default',
        `subject: {${SHOP}}, ingress: [{action: Allow, from: [{${SHOP}}]}, {action: Deny, from: [{namespaces: {}}]}], egress: [{action: Deny, to: [{networks: [10.0.0.0/8]}]}]`,
      ),
      policy('db', '{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}'),
    ],
  ],
  [
    'ClusterNetworkPolicy',
    'unknown',
    [
      admin(
        'ClusterNetworkPolicy',
        'first',
        `tier: Admin, priority: 1, subject: {${SHOP}}, ingress: [{action: Accept, from: [{${OPS}}], protocols: [{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {number: 53}}}]}, {action: Deny, from: [{${OPS}}]}]`,
      ),
      admin(
        'ClusterNetworkPolicy',
        'last',
        `tier: Baseline, priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: ['fd00::/8', 10.0.0.0/8]}]}]`,
      ),
    ],
  ],
  [
    'CiliumNetworkPolicy',
    'cilium',
    [
      cilium(
        'db',
        `endpointSelector: {matchLabels: {app: db}},
          ingress: [{fromEndpoints: [{matchLabels: {app: web}}, {matchLabels: {k8s:io.kubernetes.pod.namespace: ops}}], toPorts: [{ports: [{port: "5432", protocol: TCP}, {port: "90"}]}]}, {fromEntities: [world]}],
          ingressDeny: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}],
          egress: [{toEntities: [cluster]}]`,
      ),
    ],
  ],
  [
    'CiliumClusterwideNetworkPolicy',
    'cilium',
    [
      clusterwide(
        'guard',
        `specs: [{endpointSelector: {}, egressDeny: [{toCIDR: [169.254.169.254/32]}], egress: [{toEntities: [all]}]},
          {endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: shop}}, ingressDeny: [{fromEndpoints: [{matchLabels: {app: mon}}], toPorts: [{ports: [{port: "90"}, {port: "91"}]}]}], ingress: [{fromEntities: [all]}]}]`,
      ),
    ],
  ],
  [
    'NetworkPolicy of Calico',
    'calico',
    [
      calico(
        'db',
        `order: 1, selector: app == 'db', types: [Ingress, Egress],
          ingress: [{action: Deny, source: {nets: [10.0.0.0/8, 192.0.2.0/24], notNets: [10.1.0.0/16]}},
            {action: Pass, source: {selector: app == 'web'}, destination: {ports: []}},
            {action: Allow, protocol: TCP, source: {namespaceSelector: team == 'ops', notSelector: app == 'web'}, destination: {ports: [90, '92:99'], notPorts: [95]}}],
          egress: [{action: Allow, destination: {selector: app == 'web'}}]`,
      ),
    ],
  ],
  [
    'GlobalNetworkPolicy of Calico',
    'calico',
    [
      '{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: first}, spec: {order: 1}}',
      calicoGlobal(
        'first.guard',
        `tier: first, order: 1, namespaceSelector: team == 'shop', types: [Ingress], ingress: [{action: Deny, source: {namespaceSelector: team == 'ops'}}, {action: Pass}]`,
      ),
      calicoGlobal(
        'open',
        `order: 1, types: [Ingress, Egress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80, 81]}}], egress: [{action: Allow}]`,
      ),
    ],
  ],
];

/** Holds each mutant against a prediction of everything. */
function expectJudged(inventory: Inventory): MutationResult {
  const requirements = fullRequirements(inventory);
  const result = mutate(inventory, requirements, { today: TODAY });
  const addresses = matrixAddresses(inventory);
  const base = allowedBy(inventory, addresses);
  expect(result.blind).toEqual([]);
  for (const one of result.mutants) {
    const name = nameOf(one.mutant);
    if (one.outcome === 'killed') continue;
    const after = allowedBy(applyEdit(inventory, one.mutant.edit), addresses);
    if (one.outcome === 'equivalent') expect(after, name).toBe(base);
    else
      expect({ name, outcome: one.outcome, isOther: after !== base }).toEqual({
        name,
        outcome: 'unknown',
        isOther: true,
      });
  }
  return result;
}

describe('of all that can be asked, each mutant that changes something is noticed', () => {
  it.each(KINDS)('%s', (_, name, policies) => {
    const version = name === 'cilium' ? { version: '1.15.6' } : {};
    const inventory = buildInventory(sourcesOf(documents(...SCENE, ...policies)), { plugin: { name, ...version } });
    const result = expectJudged(inventory);
    expect(result).toMatchObject({ survived: 0, score: 100 });
    // Which address a pod without labels in a namespace of its own has, nobody knows.
    for (const one of result.mutants)
      if (one.outcome === 'unknown') expect(one.why).toContain('the address of outsider');
    expect(result.killed).toBeGreaterThan(5);
  });

  it.each([
    ['administrators, all settled', knownInventories, settledPolicies],
    ['administrators, kinds mixed and much not known', openInventories, mixedPolicies],
  ])('%s', (_, inventories, policies) => {
    fc.assert(
      fc.property(inventories, policies, (inventory, adminPolicies) => {
        expectJudged({ ...inventory, adminPolicies });
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['Calico, all settled', knownInventories, true],
    ['Calico, much not known', openInventories, false],
  ])('%s', (_, inventories, settled) => {
    fc.assert(
      fc.property(inventories, calicoObjects(settled), (inventory, objects) => {
        expectJudged(withCalico(inventory, objects));
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['Cilium, all known', knownInventories],
    ['Cilium, much not known', openInventories],
  ])('%s', (_, inventories) => {
    fc.assert(
      fc.property(inventories, ciliumPolicies, (inventory, adminPolicies) => {
        expectJudged({ ...inventory, adminPolicies });
      }),
      { numRuns: 12 },
    );
  });
});
