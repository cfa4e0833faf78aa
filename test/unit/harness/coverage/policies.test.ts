import { describe, expect, it } from 'vitest';
import { cover, DENY_ALL, find, namespace, policy, short, workload } from './cover.ts';

describe('policies', () => {
  it('that select nothing are found', () => {
    const coverage = cover([workload('web'), policy('typo', '{podSelector: {matchLabels: {app: wbe}}}'), DENY_ALL]);
    expect(find(coverage, 'policy-selects-nothing')).toMatchObject([
      { object: 'shop/typo', fails: false, position: { line: 4 } },
    ]);
  });

  it.each([
    ['an empty rule', '{}', 'lets in every port from everyone'],
    [
      'a rule for ports alone',
      '{ports: [{port: 80}, {port: 1, endPort: 9, protocol: UDP}]}',
      'TCP 80, UDP 1-9 from everyone',
    ],
    ['all namespaces', '{from: [{namespaceSelector: {}}]}', 'every pod of every namespace'],
    [
      'all pods of all namespaces',
      '{from: [{namespaceSelector: {}, podSelector: {}}]}',
      'every pod of every namespace',
    ],
    ['all IPv4 addresses', '{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}', 'every address (0.0.0.0/0)'],
    ['all but some', '{from: [{ipBlock: {cidr: "::/0", except: ["fd00::/8"]}}]}', '(::/0 except fd00::/8)'],
  ])('with a rule open to everyone are found: %s', (_case, rule, part) => {
    const coverage = cover([
      workload('web'),
      policy('p', `{podSelector: {}, ingress: [\n{from: [{podSelector: {}}]},\n${rule}]}`),
    ]);
    const [finding, ...others] = find(coverage, 'rule-open-to-everyone');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ object: 'shop/p', direction: 'ingress', fails: false, position: { line: 6 } });
    expect(finding?.message).toContain(part);
    expect(finding?.message).toContain('ingress rule 2');
  });

  it.each([
    '{from: [{podSelector: {}}]}',
    '{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}',
    '{from: [{ipBlock: {cidr: 0.0.0.0/1}}]}',
  ])('are not open to everyone by %s', (rule) => {
    expect(find(cover([policy('p', `{podSelector: {}, ingress: [${rule}]}`)]), 'rule-open-to-everyone')).toEqual([]);
  });

  it('with rules that their policyTypes leave out are found, and those rules are not judged', () => {
    const coverage = cover([workload('web'), policy('p', '{podSelector: {}, policyTypes: [Ingress], egress: [{}]}')]);
    expect(short(find(coverage, 'rule-without-effect'))).toEqual(['shop/p egress']);
    expect(find(coverage, 'rule-open-to-everyone')).toEqual([]);
  });
});

describe('peers that are nobody', () => {
  const nobody = (peer: string, ...documents: readonly string[]) => {
    const egress = policy('p', `{podSelector: {}, policyTypes: [Egress], egress: [{to: [${peer}]}]}`);
    return short(find(cover([workload('web'), egress, ...documents]), 'rule-selects-nobody')).length === 1;
  };

  it.each([
    ['{podSelector: {matchLabels: {app: web}}}', false],
    ['{podSelector: {matchLabels: {app: wbe}}}', true],
    ['{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}', false],
    ['{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shpo}}}', true],
    ['{ipBlock: {cidr: 10.0.0.0/8}}', false],
  ])('%s: %s', (peer, expected) => {
    expect(nobody(peer)).toBe(expected);
  });

  it('may be somebody in a namespace whose labels are not known', () => {
    const peer = '{namespaceSelector: {matchLabels: {env: prod}}}';
    expect(nobody(peer)).toBe(false);
    expect(nobody(peer, namespace('shop'))).toBe(true);
    expect(nobody(peer, namespace('shop', 'env: prod'))).toBe(false);
  });

  it('are not the cluster`s DNS, which files do not hold', () => {
    const dns = 'podSelector: {matchLabels: {k8s-app: kube-dns}}';
    expect(nobody(`{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, ${dns}}`)).toBe(
      false,
    );
    expect(nobody(`{namespaceSelector: {}, ${dns}}`)).toBe(false);
    expect(nobody(`{${dns}}`)).toBe(true);
  });
});
