import { describe, expect, it } from 'vitest';
import { exposuresOf } from '../../../../../src/harness/exposure/exposure.ts';
import { formatSelector } from '../../../../../src/requirements/selector.ts';
import { ccnp, cnp, into, knp, scene } from './scene.ts';

// https://docs.cilium.io/en/stable/security/policy/kubernetes/#serviceaccounts
describe('pods by their service account', () => {
  const KEY = 'io.cilium.k8s.policy.serviceaccount';
  const pod = (path: string, account: string, labels = '{app: web}') => {
    const [namespace = '', name = ''] = path.split('/');
    return `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}, spec: {serviceAccountName: ${account}, containers: []}}`;
  };
  // Alike but for the account; one pretends to another's by a label, which Cilium overwrites.
  const PODS = [
    pod('shop/luke', 'luke'),
    pod('shop/vader', 'vader'),
    pod('shop/liar', 'vader', `{app: web, "${KEY}": luke}`),
    pod('ops/luke', 'luke'),
  ];
  const from = (selector: string) => [...PODS, cnp(`ingress: [{fromEndpoints: [{${selector}}]}]`)];

  it.each([
    ['by name', `matchLabels: {"${KEY}": luke}`, ['all', 'none', 'none', 'none']],
    ['with its source', `matchLabels: {"k8s:${KEY}": luke}`, ['all', 'none', 'none', 'none']],
    ['beside labels', `matchLabels: {"k8s:${KEY}": luke, app: db}`, ['none', 'none', 'none', 'none']],
    [
      'of another namespace',
      `matchLabels: {"${KEY}": luke, "k8s:io.kubernetes.pod.namespace": ops}`,
      ['none', 'none', 'none', 'all'],
    ],
    [
      'by exclusion',
      `matchExpressions: [{key: "${KEY}", operator: NotIn, values: [luke, default]}]`,
      ['none', 'all', 'all', 'none'],
    ],
    ['whatever it is', `matchExpressions: [{key: "${KEY}", operator: Exists}]`, ['all', 'all', 'all', 'none']],
    ['the default one', `matchLabels: {"${KEY}": default}`, ['none', 'none', 'none', 'none']],
  ])('%s', (_case, selector, expected) => {
    const sources = ['shop/luke', 'shop/vader', 'shop/liar', 'ops/luke'];
    expect(sources.map((source) => into(from(selector), source))).toEqual(expected);
  });

  it('of which a pod without one has the default', () => {
    expect(into(from(`matchLabels: {"${KEY}": default}`), 'shop/web')).toBe('all');
  });

  it('as the subject of a policy', () => {
    const policies = [...PODS, ccnp(`endpointSelector: {matchLabels: {"${KEY}": vader}}, ingress: [{}]`)];
    const { between } = scene(policies);
    expect(['shop/luke', 'shop/vader', 'shop/liar'].map((to) => between('shop/web', to).allowed.format())).toEqual([
      'all',
      'none',
      'none',
    ]);
  });

  it('not in a NetworkPolicy of Kubernetes, for which it is a label like others', () => {
    const policy = knp(`ingress: [{from: [{podSelector: {matchLabels: {"${KEY}": luke}}}]}]`);
    const { between } = scene([...PODS, policy], { name: 'unknown' });
    const answers = ['shop/luke', 'shop/liar'].map((source) => between(source, 'shop/db').allowed.format());
    expect(answers).toEqual(['none', 'all']);
  });

  it('of pods that are in no input, too: those of no account that is named are one kind', () => {
    const named = (account: string) => `{matchLabels: {"${KEY}": ${account}}}`;
    const policy = cnp(
      `ingress: [{fromEndpoints: [${named('luke')}]}, {fromEndpoints: [${named('default')}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]`,
    );
    const found = exposuresOf(scene([policy]).inventory).exposures.find(
      ({ workload, direction }) => workload.id === 'shop/db[Pod]' && direction === 'ingress',
    );
    const open = (found?.entries ?? []).filter(({ allowed }) => !allowed.isEmpty);
    expect(open.map(({ pods, allowed }) => [formatSelector(pods), allowed.format()])).toEqual([
      [`k8s:${KEY}=default`, 'TCP 80'],
      [`k8s:${KEY}=luke`, 'all'],
    ]);
  });
});
