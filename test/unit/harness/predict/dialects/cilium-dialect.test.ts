import { describe, expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { AddressSet } from '../../../../../src/harness/predict/sets/addresses.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { inventory, namespace, pod, policy, workload, type PolicySpec } from '../fixtures.ts';

const CILIUM_15: NetworkPlugin = { name: 'cilium', version: 'v1.15.19' };
const tcp = (name: string, port: number) => ({ name, protocol: 'TCP' as const, port });
const web = workload('shop/web', { app: 'web' }, { ports: [tcp('http', 80)], pods: [pod('10.0.0.1', 'n1')] });
const db = workload('shop/db', { app: 'db' }, { ports: [tcp('sql', 5432)], pods: [pod('10.0.0.2', 'n1')] });
const api = workload('ops/api', { app: 'api' }, { ports: [tcp('http', 8080)], pods: [pod('10.0.0.3', 'n1')] });

function world(spec: PolicySpec, plugin: NetworkPlugin) {
  const predictor = createPredictor(
    inventory({
      namespaces: [namespace('shop', { env: 'prod' }), namespace('ops', { env: 'test' })],
      workloads: [web, db, api],
      policies: [policy('shop/p', spec)],
      plugin,
    }),
  );
  const show = ({ allowed, unknown }: { allowed: { format(): string }; unknown: { isAll: boolean } }) =>
    unknown.isAll ? 'unknown' : allowed.format();
  const outside = AddressSet.of('203.0.113.7');
  return {
    predictor,
    between: (from: typeof web, to: typeof web) => show(predictor.between(from, to)),
    out: (from: typeof web) =>
      predictor
        .toAddresses(from, outside)
        .map(({ prediction }) => show(prediction))
        .join(),
    into: (to: typeof web) =>
      predictor
        .fromAddresses(outside, to)
        .map(({ prediction }) => show(prediction))
        .join(),
  };
}

const K8S: NetworkPlugin = { name: 'unknown' };

describe('what Cilium makes of a NetworkPolicy', () => {
  // https://github.com/cilium/cilium/issues/48703
  it('enforces rules of a direction that policyTypes leave out', () => {
    const spec: PolicySpec = {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }] }],
    };
    expect(world(spec, K8S).between(web, api)).toBe('all');
    const { between, predictor } = world(spec, CILIUM_15);
    expect([between(web, db), between(web, api)]).toEqual(['all', 'none']);
    expect(predictor.isolatedBy(web, 'egress').map(({ policy: id }) => id)).toEqual(['shop/p']);
    const { notes } = predictor.between(web, api);
    expect(notes.join()).toMatch(/policy shop\/p .*enforces its egress rules although.*issues\/48703/);
    expect(predictor.between(web, api).decide('TCP', 80).reason).toContain('issues/48703');
    expect(predictor.between(db, web).notes.join()).not.toContain('48703');
  });

  // https://docs.cilium.io/en/v1.15/network/kubernetes/policy/#networkpolicy
  it('takes of a range the first port alone, before 1.16', () => {
    const spec: PolicySpec = {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [
        {
          ports: [
            { port: 80, endPort: 90 },
            { port: 443, endPort: 443 },
          ],
        },
      ],
    };
    expect(world(spec, K8S).between(web, db)).toBe('TCP 80-90,443');
    expect(world(spec, CILIUM_15).between(web, db)).toBe('TCP 80,443');
    expect(world(spec, CILIUM_15).into(db)).toBe('TCP 80,443');
    expect(world(spec, CILIUM_15).predictor.between(web, db).notes.join()).toMatch(/range 80-90 the first port alone/);
    expect(world(spec, { name: 'cilium', version: '1.16.0' }).between(web, db)).toBe('TCP 80-90,443');
    const open = world(spec, { name: 'cilium' });
    expect(open.between(web, db)).toBe('unknown');
    expect(open.predictor.between(web, db).decide('TCP', 85).reason).toMatch(
      /NetworkPolicy shop\/p .* range of ports.*which version runs is not known/,
    );
  });

  // https://github.com/cilium/cilium/issues/30003
  it('takes a named port of egress as one number for the whole cluster, before 1.20', () => {
    const named = (port: string): PolicySpec => ({
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port }] }],
    });
    expect(world(named('sql'), K8S).between(web, api)).toBe('none');
    const one = world(named('sql'), CILIUM_15);
    expect([one.between(web, db), one.between(web, api), one.out(web)]).toEqual(Array(3).fill('TCP 5432'));
    expect(world(named('http'), K8S).between(web, api)).toBe('TCP 8080');
    const many = world(named('http'), CILIUM_15);
    expect([many.between(web, db), many.between(web, api), many.out(web)]).toEqual(Array(3).fill('none'));
    expect(many.predictor.between(web, api).notes.join()).toMatch(/http as one number .*: none \(80, 8080\)/);
    expect(world(named('http'), { name: 'cilium', version: '1.20.1' }).between(web, api)).toBe('TCP 8080');
    expect(world(named('http'), { name: 'cilium' }).between(web, api)).toBe('unknown');
  });

  it('takes a named port of ingress by the pod itself', () => {
    const spec: PolicySpec = { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port: 'http' }] }] };
    for (const plugin of [K8S, CILIUM_15, { name: 'cilium' } as const]) {
      expect(world(spec, plugin).between(db, web)).toBe('TCP 80');
    }
  });

  // https://github.com/cilium/cilium/issues/46949
  it('lets in addresses outside by a namespaceSelector that only excludes, before 1.19', () => {
    const from = (operator: string, podSelector?: PolicySpec['podSelector']): PolicySpec => {
      const values = operator.endsWith('In') ? { values: ['prod'] } : {};
      const namespaceSelector = { matchExpressions: [{ key: 'env', operator, ...values }] };
      return {
        podSelector: { matchLabels: { app: 'db' } },
        ingress: [{ from: [{ namespaceSelector, ...(podSelector && { podSelector }) }] }],
      };
    };
    for (const operator of ['NotIn', 'DoesNotExist']) {
      expect(world(from(operator), K8S).into(db)).toBe('none');
      expect(world(from(operator), CILIUM_15).into(db)).toBe('all');
      expect(world(from(operator), { name: 'cilium', version: '1.19.0' }).into(db)).toBe('none');
      expect(world(from(operator), { name: 'cilium' }).into(db)).toBe('unknown');
    }
    const { between } = world(from('NotIn'), CILIUM_15);
    expect([between(web, db), between(api, db)]).toEqual(['none', 'all']);
    expect(world(from('In'), CILIUM_15).into(db)).toBe('none');
    expect(world(from('NotIn', { matchLabels: { app: 'api' } }), CILIUM_15).into(db)).toBe('none');
    const not = { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['x'] }] };
    expect(world(from('NotIn', not), CILIUM_15).into(db)).toBe('all');
    const everywhere: PolicySpec = { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] };
    expect(world(everywhere, CILIUM_15).into(db)).toBe('none');
  });
});
