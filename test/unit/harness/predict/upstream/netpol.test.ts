import { describe, expect, it } from 'vitest';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { inventoryOf, refusalOf } from '../../inventory/from-yaml.ts';
import { PODS, readFacts, worldOf, type Family } from './netpol-world.ts';
import { expectedCells, predictedCells } from './table.ts';

/**
 * Every case of the Kubernetes project's own tests of NetworkPolicy, under upstream's names, for ticking off.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/test/e2e/network/netpol/network_policy.go
 */
const GROUPS = {
  'NetworkPolicy between server and client': ['ingress', 'egress', 'ports', 'changes', 'blocks'],
  'NetworkPolicy between server and client using UDP': ['udp'],
  'NetworkPolicy between server and client using SCTP': ['sctp'],
};

describe.each(Object.entries(GROUPS))('%s', (_context, files) => {
  const facts = files.flatMap(readFacts);

  it.each(facts)('$case', ({ steps }) => {
    for (const family of [4, 6] satisfies readonly Family[]) {
      for (const step of steps) {
        const world = worldOf(step, family);
        const predictor = createPredictor(world);
        for (const [port, table] of Object.entries(step.table)) {
          const expected = expectedCells(table, PODS);
          expect({ port, ...predictedCells(predictor, world, PODS, port) }).toEqual({ port, ...expected });
        }
      }
    }
  });

  it('holds each of its cases once', () => {
    const upstream = { ingress: 42, udp: 3, sctp: 3 }[files[0] ?? ''];
    expect(new Set(facts.map((fact) => fact.case)).size).toBe(upstream);
    expect(facts).toHaveLength(upstream ?? 0);
  });
});

/** https://github.com/kubernetes/kubernetes/blob/v1.34.4/test/e2e/network/netpol/network_policy_api.go */
describe('Netpol API', () => {
  const head = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {generateName: e2e-}\n';
  const ports = (port: string) => `${head}spec: {podSelector: {}, egress: [{ports: [${port}]}]}`;

  it('should support creating NetworkPolicy API operations', () => {
    const spec = '{podSelector: {}, ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]}';
    expect(inventoryOf(`${head}spec: ${spec}`).policies.map(({ id }) => id)).toEqual(['default/e2e']);
  });

  it.each([
    ['without a port', '{endPort: 20000}', 'without a port'],
    ['with a named port', '{port: serve-80, endPort: 20000}', 'with a named port (serve-80)'],
    ['below its port', '{port: 30000, endPort: 20000}', '20000 < 30000'],
  ])('should support creating NetworkPolicy API with endport field: refused %s', (_case, port, says) => {
    expect(refusalOf(ports(port))).toContain(says);
  });

  it.each([
    ['equal to its port', '{port: 20000, endPort: 20000}', { port: 20000, endPort: 20000 }],
    ['above its port', '{port: 10000, endPort: 20000}', { port: 10000, endPort: 20000 }],
  ])('should support creating NetworkPolicy API with endport field: taken %s', (_case, port, read) => {
    expect(inventoryOf(ports(port)).policies[0]?.egress[0]?.ports).toMatchObject([read]);
  });
});
