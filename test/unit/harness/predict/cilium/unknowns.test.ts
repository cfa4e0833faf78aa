import { describe, expect, it } from 'vitest';
import { ALL_ADDRESSES } from '../../../../../src/harness/predict/sets/addresses.ts';
import { ccnp, cnp, into, scene } from './scene.ts';

describe('what is not known of policies of Cilium', () => {
  const L7 =
    'ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]';

  it('rules of layer 7: at their ports alone', () => {
    expect(into([cnp(L7)], 'shop/web')).toBe('none ? TCP 80');
    expect(into([cnp(L7)], 'ops/tool')).toBe('none');
    expect(
      scene([cnp(L7)])
        .between('shop/web', 'shop/db')
        .decide('TCP', 80).reason,
    ).toMatch(/CiliumNetworkPolicy shop\/guard \(a\.yaml:\d+\), ingress rule 1: it has rules of layer 7/);
  });

  // https://github.com/cilium/cilium/issues/46949
  it('a selector of namespaces that only excludes: for nodes and addresses outside, by the version', () => {
    const from = (key: string, more = '') =>
      cnp(`ingress: [{fromEndpoints: [{${more}matchExpressions: [{key: ${key}, operator: NotIn, values: [ops]}]}]}]`);
    const name = 'io.kubernetes.pod.namespace';
    const ask = (one: string, version?: string) => {
      const { predictor, find, between } = scene([one], { name: 'cilium', ...(version && { version }) });
      const [part] = predictor.fromAddresses(ALL_ADDRESSES, find('shop/db'));
      return [between('shop/web', 'shop/db'), between('ops/node', 'shop/db'), part?.prediction].map((prediction) =>
        prediction?.unknown.isAll ? 'unknown' : prediction?.allowed.format(),
      );
    };
    expect(ask(from(name), '1.15.0')).toEqual(['all', 'all', 'all']);
    expect(ask(from(name), '1.19.0')).toEqual(['all', 'unknown', 'none']);
    expect(ask(from(name))).toEqual(['all', 'unknown', 'unknown']);
    expect(ask(from(name, 'matchLabels: {app: web}, '), '1.15.0')).toEqual(['all', 'unknown', 'none']);
    expect(ask(from('app'), '1.15.0')).toEqual(['all', 'unknown', 'none']);
  });

  it.each([
    [
      'requirements of labels',
      'ingress: [{fromRequires: [{matchLabels: {app: web}}]}]',
      /fromRequires, which narrows the rules of other policies, too, and which Cilium refuses from 1\.19 on/,
    ],
    [
      'requirements beside whom a rule names',
      'egress: [{toEndpoints: [{matchLabels: {app: web}}], toRequires: [{matchLabels: {env: prod}}]}]',
      /toRequires, which narrows the rules of other policies/,
    ],
    [
      'a default deny of a direction without rules',
      'enableDefaultDeny: {egress: true}, ingress: [{fromEndpoints: [{}]}]',
      /a default deny without rules of egress/,
    ],
    [
      'labels of other sources',
      'ingress: [{fromEndpoints: [{matchLabels: {"reserved:host": ""}}]}]',
      /no label of Kubernetes/,
    ],
    [
      'labels that Cilium may not see',
      'ingress: [{fromEndpoints: [{matchLabels: {pod-template-hash: x}}]}]',
      /whether Cilium sees that label/,
    ],
    ['named ports for egress', 'egress: [{toPorts: [{ports: [{port: web}]}]}]', /named port \(web\) for egress/],
    ['nodes', 'ingress: [{fromNodes: [{}]}]', /fromNodes, which is not modelled/],
  ])('%s', (_case, spec, reason) => {
    const { inventory, between } = scene([cnp(spec)]);
    expect(inventory.adminPolicies).toEqual([]);
    expect(inventory.unmodelled).toMatchObject([{ kind: 'CiliumNetworkPolicy', id: 'shop/guard', namespace: 'shop' }]);
    expect(between('ops/tool', 'shop/db').unknown.isAll).toBe(true);
    expect(between('ops/tool', 'shop/db').decide('TCP', 80).reason).toMatch(reason);
  });

  it('a policy of nodes touches everything', () => {
    const { between } = scene([ccnp('nodeSelector: {}, ingress: [{}]')]);
    expect(between('shop/web', 'shop/db').unknown.isAll).toBe(true);
  });
});
