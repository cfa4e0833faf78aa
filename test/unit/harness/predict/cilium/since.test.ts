import { describe, expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { ALL_ADDRESSES } from '../../../../../src/harness/predict/sets/addresses.ts';
import { cnp, knp, scene } from './scene.ts';

const cilium = (version?: string): NetworkPlugin => ({ name: 'cilium', ...(version && { version }) });

function into(policies: readonly string[], from: string, plugin: NetworkPlugin): string {
  const { allowed, unknown } = scene(policies, plugin).between(from, 'shop/db');
  return unknown.isEmpty ? allowed.format() : `${allowed.format()} ? ${unknown.format()}`;
}

// https://docs.cilium.io/en/stable/security/policy/kubernetes/#namespaces says that such labels are for policies of the
// whole cluster; what becomes of them in one of a namespace was observed on 1.15, and is in the sources of 1.16 on.
describe('labels of namespaces in a policy of one namespace, without a name', () => {
  const from = (env: string) =>
    cnp(`ingress: [{fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.env": ${env}}}]}]`);

  it.each([
    ['test', 'ops/tool', '1.15.19', 'none'],
    ['test', 'ops/tool', '1.16.0', 'all'],
    ['test', 'ops/tool', undefined, 'none ? all'],
    ['test', 'shop/web', '1.16.0', 'none'],
    ['prod', 'shop/web', '1.15.19', 'all'],
    ['prod', 'shop/web', '1.16.0', 'all'],
    ['prod', 'shop/web', undefined, 'all'],
    ['prod', 'ops/tool', undefined, 'none'],
  ])('env %s, from %s, on %s: %s', (env, source, version, answer) => {
    expect(into([from(env)], source, cilium(version))).toBe(answer);
  });

  it('are not known where no plugin is, with the reason', () => {
    const { between } = scene([from('test')], { name: 'unknown' });
    expect(between('ops/tool', 'shop/db').decide('TCP', 80)).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringMatching(
        /ingress rule 1: it selects by labels of namespaces and names none.*version/,
      ) as string,
    });
  });

  it('deny elsewhere, too', () => {
    const all = 'ingress: [{fromEntities: [cluster]}]';
    const deny = `${all}, ingressDeny: [{fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.env": test}}]}]`;
    expect(['1.15.0', '1.16.0', undefined].map((one) => into([cnp(deny)], 'ops/tool', cilium(one)))).toEqual([
      'all',
      'none',
      'none ? all',
    ]);
  });

  it('that only exclude are met by what has no labels', () => {
    const policy = cnp(
      'ingress: [{fromEndpoints: [{matchExpressions: [{key: "k8s:io.cilium.k8s.namespace.labels.env", operator: NotIn, values: [prod]}]}]}]',
    );
    const outside = (version: string) => {
      const { predictor, find } = scene([policy], cilium(version));
      return predictor.fromAddresses(ALL_ADDRESSES, find('shop/db'))[0]?.prediction.allowed.format();
    };
    expect(['1.15.0', '1.16.0', '1.19.0'].map(outside)).toEqual(['none', 'all', 'none']);
  });
});

// https://docs.cilium.io/en/stable/security/policy/intro/
describe('enableDefaultDeny', () => {
  const open = (rules: string) => cnp(`enableDefaultDeny: {ingress: false, egress: false}, ${rules}`, 'open');
  const denied = open('ingressDeny: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]');
  const rest = 'SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535';

  it('is false: only what is denied is denied, where no other policy isolates', () => {
    expect(into([denied], 'shop/web', cilium('1.16.0'))).toBe(rest);
    expect(into([denied], 'ops/tool', cilium('1.16.0'))).toBe('all');
    const allowing = open('ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]');
    expect(into([allowing], 'ops/tool', cilium('1.17.2'))).toBe('all');
    const shut = knp('policyTypes: [Ingress]');
    expect(into([allowing, shut], 'ops/tool', cilium('1.17.2'))).toBe('none');
    expect(into([allowing, shut], 'shop/web', cilium('1.17.2'))).toBe('all');
  });

  it('is what would be without it where it is true', () => {
    const policy = cnp('enableDefaultDeny: {ingress: true}, ingress: [{fromEndpoints: [{}]}]');
    expect(into([policy], 'ops/tool', cilium('1.16.0'))).toBe('none');
    expect(into([policy], 'shop/web', cilium('1.16.0'))).toBe('all');
  });

  it.each([['1.15.6'], [undefined]])('is not known on %s, and nothing of its policy is', (version) => {
    const { between } = scene([denied], cilium(version));
    const prediction = between('ops/tool', 'shop/db');
    expect(prediction.unknown.isAll).toBe(true);
    expect(prediction.decide('TCP', 1).reason).toMatch(/enableDefaultDeny, which Cilium takes from 1\.16 on/);
    expect(between('shop/db', 'shop/web').unknown.isAll).toBe(true);
    expect(between('ops/tool', 'ops/node').unknown.isEmpty).toBe(true);
  });
});
