import { describe, expect, test } from 'vitest';
import { documents, workload } from '../../support/predicted.ts';
import { suggest } from '../../../../src/harness/suggest/suggest.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { inventory, pod, workload as workloadOf } from '../predict/fixtures.ts';
import { namespace, object, proven, SHOP, specs, suggestFor, TODAY } from './suggested.ts';

const ALL_WELL = { notMet: [], excess: [] };

describe('what policies cannot do is told with its reason', () => {
  test('workloads with the same labels share a policy, and what one needs the other gets', () => {
    const manifests = documents(SHOP, workload('shop/twin', { labels: { app: 'api' } }));
    const suggestion = suggestFor(
      `
      {id: A, from: shop/api, mayReach: data/db, on: [5432]}
      {id: B, from: shop/twin, mayNotReach: data/db}
      {id: C, from: shop/api, mayReach: {cidr: 203.0.113.0/24}, on: [443]}`,
      manifests,
    );
    expect(suggestion.yaml).toContain('# shop/api[Deployment] and shop/twin[Deployment]\n');
    expect(proven(suggestion)).toEqual({
      notMet: [expect.stringMatching(/^B violated/)],
      excess: [
        'shop/twin[Deployment] → data/db[StatefulSet] TCP 5432',
        'shop/twin[Deployment] → 203.0.113.0/24 TCP 443',
      ],
    });
    expect(suggestion.proof.excess[0]?.reason).toMatch(/labels do not tell shop\/api.* and shop\/twin.* apart/);
  });

  test('where some pods of a workload carry the labels of another, those may be allowed the same', () => {
    const some = workloadOf(
      'shop/some',
      {},
      { pods: [pod('10.0.0.1', 'n', { app: 'api' }), pod('10.0.0.2', 'n', {})] },
    );
    const all = inventory({ workloads: [workloadOf('shop/api', { app: 'api' }), some] });
    const text = `{requirements: r, cases: [{id: A, from: shop/api, mayReach: {cidr: 203.0.113.0/24}, on: [443]}]}`;
    expect(proven(suggest(parseRequirements(text, 'r.reach.yaml'), all, TODAY))).toEqual({
      notMet: [],
      excess: ['shop/some[Deployment] → 203.0.113.0/24 TCP 443 perhaps'],
    });
  });

  test('a lone pod reaches itself whatever is said, so that is nothing that nobody asked for', () => {
    const lone = workload('shop/lone', { kind: 'Pod' });
    const cases =
      '{id: A, from: shop/lone, mayReach: anyone, on: [80]}\n{id: B, from: outsider, mayReach: shop/lone, on: [80]}';
    expect(proven(suggestFor(cases, documents(SHOP, lone)))).toEqual(ALL_WELL);
  });

  test('an ipBlock that covers pod addresses lets pods through, by the letter of the API', () => {
    const suggestion = suggestFor(
      '{id: A, from: shop/web, mayReach: {cidr: 0.0.0.0/0}, on: [443]}',
      SHOP,
      'endpoints: {db: data/db}\n',
    );
    expect(proven(suggestion)).toEqual({
      notMet: [],
      excess: [
        'shop/web[Deployment] → kube-system/kube-dns[Deployment] TCP 443',
        'shop/web[Deployment] → outsider TCP 443',
      ],
    });
    expect(suggestion.proof.excess[0]?.reason).toMatch(/by the letter of the API/);
  });

  test('a workload on the host network is served by its nodes’ addresses, or not at all', () => {
    const node = workload('shop/agent', { kind: 'DaemonSet', hostNetwork: true });
    const suggestion = suggestFor('{id: A, from: shop/agent, mayReach: shop/web, on: [80]}', documents(SHOP, node));
    expect(proven(suggestion).notMet).toEqual([
      expect.stringMatching(/^A inconclusive: shop\/agent\[DaemonSet\] is on the host network: .* not known/),
    ]);
    expect(suggestion.notes).toContain('shop/agent[DaemonSet] is on the host network: no NetworkPolicy isolates it');
  });

  test('a service without a selector has nobody behind it to allow', () => {
    const service = object('Service', 'shop/manual', '{ports: [{port: 80}]}');
    const suggestion = suggestFor(
      '{id: A, from: shop/web, mayReach: {service: shop/manual}}',
      documents(SHOP, service),
    );
    expect(proven(suggestion).notMet).toEqual([
      'A inconclusive: what stands behind TCP port 80 of shop/manual[Service] is not known',
    ]);
  });
});

describe('what is noticed', () => {
  test('policies of others: those of administrators count, a plugin’s own are told', () => {
    const manifests = documents(
      SHOP,
      `{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: no-web}, spec: {
        priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]}]}}`,
      '{apiVersion: crd.antrea.io/v1beta1, kind: NetworkPolicy, metadata: {name: l7, namespace: shop}, spec: {}}',
    );
    const suggestion = suggestFor('{id: A, from: shop/api, mayReach: shop/web, on: [80]}', manifests);
    expect(suggestion.notes).toEqual([
      'AdminNetworkPolicy no-web stays as it is, and the proof reckons with it',
      'NetworkPolicy.crd.antrea.io shop/l7 is neither replaced nor part of the proof: it may deny what the suggestion allows',
    ]);
    expect(proven(suggestion).notMet).toEqual([expect.stringMatching(/^A violated: .*no-web/)]);
  });

  test('ways in from outside that no requirement asks for', () => {
    const manifests = documents(
      SHOP,
      object('Service', 'shop/web', '{type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}'),
      object(
        'Ingress',
        'shop/shop',
        '{rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}',
      ),
    );
    const notes = (cases: string) => suggestFor(cases, manifests).notes.filter((note) => note.includes('leads to'));
    expect(notes('{id: A, from: shop/web, mayReach: shop/api, on: [8080]}')).toEqual([
      expect.stringMatching(/^service shop\/web \(LoadBalancer\) leads to shop\/web\[Deployment\] from outside/),
      expect.stringMatching(
        /^Ingress shop\/shop leads to shop\/web\[Deployment\], but no requirement lets an outsider/,
      ),
    ]);
    expect(notes('{id: A, from: [outsider, {cidr: 0.0.0.0/0}], mayReach: shop/web, on: [80]}')).toEqual([]);
  });

  test('the cluster DNS, where it is isolated', () => {
    const manifests = documents(
      SHOP,
      namespace('kube-system'),
      workload('kube-system/coredns', { labels: { 'k8s-app': 'kube-dns' } }),
      object('Service', 'shop/api', '{selector: {app: api}, ports: [{port: 8080}]}'),
    );
    const suggestion = suggestFor(
      '{id: A, from: [shop/web, outsider], mayReach: {service: shop/api}}',
      manifests,
      'endpoints: {dns: kube-system/coredns}\n',
    );
    expect(suggestion.notes).toEqual([
      expect.stringMatching(/coredns.* is isolated: only those reach it who use a name/),
    ]);
    expect(specs(suggestion)['kube-system/allow-coredns']).toMatchObject({
      ingress: [{ from: [{ namespaceSelector: {} }] }],
    });
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });
});
