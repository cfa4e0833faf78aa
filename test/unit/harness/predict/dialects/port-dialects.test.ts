import { describe, expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { AddressSet } from '../../../../../src/harness/predict/sets/addresses.ts';
import { dialectNotes } from '../../../../../src/harness/predict/dialects/dialect-policies.ts';
import type { Prediction } from '../../../../../src/harness/predict/model.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { inventory, namespace, pod, policy, workload, type PolicySpec } from '../fixtures.ts';

const tcp = (name: string, port: number) => ({ name, protocol: 'TCP' as const, port });
const web = workload('shop/web', { app: 'web' }, { ports: [tcp('http', 80)], pods: [pod('10.0.0.1', 'n1')] });
const api = workload('shop/api', { app: 'api' }, { ports: [tcp('http', 8080)], pods: [pod('10.0.0.2', 'n1')] });
const db = workload('data/db', { app: 'db' }, { ports: [tcp('sql', 5432)], pods: [pod('10.0.0.3', 'n2')] });

/** What a policy of shop lets through under a plugin, `?` where it is not known. */
function world(spec: PolicySpec, plugin: NetworkPlugin) {
  const found = inventory({
    namespaces: [namespace('shop'), namespace('data')],
    workloads: [web, api, db],
    policies: [policy('shop/p', spec)],
    plugin,
  });
  const predictor = createPredictor(found);
  const show = ({ allowed, unknown }: Prediction): string => (unknown.isEmpty ? allowed.format() : '?');
  return {
    predictor,
    notes: dialectNotes(found).map(({ text }) => text),
    between: (from: typeof web, to: typeof web) => show(predictor.between(from, to)),
    out: (from: typeof web) =>
      predictor
        .toAddresses(from, AddressSet.of('203.0.113.7'))
        .map(({ prediction }) => show(prediction))
        .join(),
  };
}

const at = (name: NetworkPlugin['name'], version?: string): NetworkPlugin => ({
  name,
  ...(version !== undefined && { version }),
});
const UNKNOWN = at('unknown');

describe('a range of ports', () => {
  const range: PolicySpec = { ingress: [{ ports: [{ port: 80, endPort: 90 }] }] };

  it.each([
    ['calico', '3.20.0', 'TCP 80-90'],
    ['calico', 'v3.19.1', '?'],
    ['calico', '3.18.2', 'TCP 80'],
    ['calico', undefined, '?'],
    ['antrea', 'v1.1.0', 'TCP 80-90'],
    ['antrea', 'v1.0.1', 'TCP 80'],
    ['kube-router', 'v1.3.0', 'TCP 80-90'],
    ['kube-router', '1.2.4', 'TCP 80'],
    ['kube-router', undefined, '?'],
    ['weave', '2.8.1', 'TCP 80'],
    ['weave', undefined, 'TCP 80'],
    ['aws', undefined, 'TCP 80-90'],
    ['ovn-kubernetes', undefined, 'TCP 80-90'],
    ['unknown', undefined, 'TCP 80-90'],
  ] as const)('of %s %s lets %s through', (name, version, expected) => {
    expect(world(range, at(name, version)).between(db, web)).toBe(expected);
  });

  it('is not asked about where it is one port', () => {
    const one: PolicySpec = { ingress: [{ ports: [{ port: 80, endPort: 80 }] }] };
    expect(world(one, at('calico')).between(db, web)).toBe('TCP 80');
  });

  it('rests on a version that runs at least', () => {
    expect(world(range, { name: 'kube-router', atLeast: '1.5' }).between(db, web)).toBe('TCP 80-90');
    // What is at least old may be new.
    expect(world(range, { name: 'kube-router', atLeast: '1.0' }).between(db, web)).toBe('?');
  });

  it('is told with its link, in the answer and before it', () => {
    const { predictor, notes } = world(range, at('weave', '2.8.1'));
    const said =
      /policy shop\/p .* Weave Net takes of its range 80-90 the first port alone \(https:\/\/github\.com\/weaveworks/;
    expect(predictor.between(db, web).decide('TCP', 85).reason).toMatch(said);
    expect(notes.join()).toMatch(said);
    const { predictor: open, notes: openNotes } = world(range, at('calico'));
    expect(open.between(db, web).decide('TCP', 85).reason).toMatch(
      /range of ports, of which Calico before 3\.20.*https/,
    );
    expect(openNotes.join()).toMatch(/range of ports, of which Calico before 3\.20.*https/);
  });
});

describe('a named port in Weave Net', () => {
  const spec: PolicySpec = { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports: [{ port: 'http' }] }] };

  it('makes the whole policy none, from 2.5 on', () => {
    expect(world(spec, UNKNOWN).between(db, web)).toBe('TCP 80');
    const { between, predictor } = world(spec, at('weave', '2.8.1'));
    expect(between(db, web)).toBe('all');
    expect(predictor.isolatedBy(web, 'ingress')).toEqual([]);
    expect(predictor.between(db, web).decide('TCP', 1).reason).toMatch(
      /Weave Net rejects the whole policy.*analyser\.go/,
    );
    expect(predictor.between(db, web).notes.join()).toMatch(/Weave Net rejects the whole policy/);
    expect(world(spec, at('weave')).between(db, web)).toBe('?');
    expect(world(spec, at('weave', '2.4.1')).between(db, web)).toBe('?');
  });
});

describe('a named port in OVN-Kubernetes', () => {
  const spec = (...ports: NonNullable<NonNullable<PolicySpec['ingress']>[number]['ports']>): PolicySpec => ({
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ ports }],
  });

  it('is every port of its protocol', () => {
    expect(world(spec({ port: 'http' }), at('ovn-kubernetes')).between(db, web)).toBe('TCP 1-65535');
    const mixed = spec({ port: 'http' }, { port: 53, protocol: 'UDP' });
    expect(world(mixed, at('ovn-kubernetes')).between(db, web)).toBe('TCP 1-65535; UDP 53');
  });

  it('is nothing beside numbers of the protocol', () => {
    const mixed = spec({ port: 'http' }, { port: 443 });
    expect(world(mixed, at('ovn-kubernetes', 'v1.3.0')).between(db, web)).toBe('TCP 443');
    expect(world(mixed, at('ovn-kubernetes')).between(db, web)).toBe('?');
  });
});

describe('a named port in the Amazon VPC CNI', () => {
  it('is, of ingress, what any selected pod has, on all of them', () => {
    const spec: PolicySpec = { ingress: [{ ports: [{ port: 'http' }] }] };
    expect(world(spec, UNKNOWN).between(db, web)).toBe('TCP 80');
    expect(world(spec, at('aws')).between(db, web)).toBe('TCP 80,8080');
    const alone: PolicySpec = { ...spec, podSelector: { matchLabels: { app: 'web' } } };
    const { between, predictor } = world(alone, at('aws'));
    expect(between(db, web)).toBe('TCP 80');
    expect(predictor.between(db, web).notes).toEqual([]);
  });

  it('is nothing towards everyone, and behind an ipBlock', () => {
    const egress = (to?: NonNullable<PolicySpec['egress']>[number]['to']): PolicySpec => ({
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port: 'sql' }, { port: 443 }], ...(to && { to }) }],
    });
    expect(world(egress(), UNKNOWN).between(web, db)).toBe('TCP 443,5432');
    expect(world(egress(), at('aws')).between(web, db)).toBe('TCP 443');
    const block = [{ ipBlock: { cidr: '10.0.0.0/8' } }];
    expect(world(egress(block), UNKNOWN).between(web, db)).toBe('?');
    expect(world(egress(block), at('aws')).between(web, db)).toBe('TCP 443');
    const byLabels = [...block, { namespaceSelector: {} }];
    expect(world(egress(byLabels), at('aws')).between(web, db)).toBe('TCP 443,5432');
  });
});

describe('a named port in kube-router', () => {
  const from = [{ namespaceSelector: {} }];

  it('that no selected pod has lets everything in from pods', () => {
    const spec: PolicySpec = { ingress: [{ from, ports: [{ port: 'grpc' }] }] };
    expect(world(spec, UNKNOWN).between(db, web)).toBe('none');
    const { between, predictor } = world(spec, at('kube-router', '2.5.0'));
    expect(between(db, web)).toBe('all');
    expect(predictor.between(db, web).notes.join()).toMatch(/kube-router takes its named port grpc, which no pod has/);
    const withNumber: PolicySpec = { ingress: [{ from, ports: [{ port: 'grpc' }, { port: 443 }] }] };
    expect(world(withNumber, at('kube-router', '2.5.0')).between(db, web)).toBe('TCP 443');
    const fromAnyone: PolicySpec = { ingress: [{ ports: [{ port: 'grpc' }] }] };
    expect(world(fromAnyone, at('kube-router', '2.5.0')).between(db, web)).toBe('none');
  });

  it('is by the pod where any selected one has it', () => {
    const spec: PolicySpec = { ingress: [{ from, ports: [{ port: 'http' }] }] };
    const { between, predictor } = world(spec, at('kube-router', '2.5.0'));
    expect([between(db, web), between(db, api)]).toEqual(['TCP 80', 'TCP 8080']);
    expect(predictor.between(db, web).notes).toEqual([]);
  });

  it('towards everyone is what pods of its own namespace have, for everyone', () => {
    const spec: PolicySpec = { policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] };
    const { between, out } = world(spec, at('kube-router', '2.5.0'));
    expect([between(web, db), between(web, api), out(web)]).toEqual(Array(3).fill('TCP 80,8080'));
    expect(world(spec, UNKNOWN).between(web, db)).toBe('none');
    expect(world(spec, at('kube-router')).between(web, db)).toBe('?');
    const foreign: PolicySpec = { policyTypes: ['Egress'], egress: [{ ports: [{ port: 'sql' }] }] };
    expect(world(foreign, UNKNOWN).between(web, db)).toBe('TCP 5432');
    expect(world(foreign, at('kube-router', '2.5.0')).between(web, db)).toBe('none');
  });

  it('towards pods of which none has it is every port', () => {
    const to = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } } }];
    const spec = (port: string): PolicySpec => ({ policyTypes: ['Egress'], egress: [{ to, ports: [{ port }] }] });
    expect(world(spec('grpc'), at('kube-router', '2.5.0')).between(web, db)).toBe('all');
    expect(world(spec('sql'), at('kube-router', '2.5.0')).between(web, db)).toBe('TCP 5432');
  });

  it('is not known where it hangs on labels that nobody defined', () => {
    const to = [{ namespaceSelector: { matchLabels: { env: 'prod' } } }];
    const predictor = createPredictor(
      inventory({
        namespaces: [namespace('shop'), namespace('data', {}, false)],
        workloads: [web, api, db],
        policies: [policy('shop/p', { policyTypes: ['Egress'], egress: [{ to, ports: [{ port: 'sql' }] }] })],
        plugin: at('kube-router', '2.5.0'),
      }),
    );
    expect(predictor.between(web, api).decide('TCP', 1).outcome).toBe('unknown');
  });

  it('of the cluster DNS that files leave out is known', () => {
    const to = [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }];
    const spec: PolicySpec = { policyTypes: ['Egress'], egress: [{ to, ports: [{ port: 'dns', protocol: 'UDP' }] }] };
    expect(world(spec, at('kube-router', '2.5.0')).notes).toEqual([]);
  });
});
