import { describe, expect, it } from 'vitest';
import { admin, lines, mutantsIn } from './support.ts';

const SHOP = 'namespaces: {matchLabels: {team: shop}}';

describe('every mistake in a policy of administrators', () => {
  it('rules, peers and ports: taken away or widened, whatever the rule does', () => {
    const rule = (action: string) => `{action: ${action}, from: [{namespaces: {matchLabels: {team: ops}}},
      {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}],
      ports: [{portNumber: {protocol: TCP, port: 80}}, {namedPort: dns}, {portRange: {protocol: UDP, start: 1, end: 9}}]}`;
    const spec = `priority: 1, subject: {${SHOP}}, ingress: [${rule('Pass')}, ${rule('Deny')}]`;
    const found = lines(admin('AdminNetworkPolicy', 'guard', spec));
    const ofRule = (index: number, actions: readonly string[]) => [
      `remove-rule | ingress rule ${index} removed`,
      `widen-peers | ingress rule ${index} widened to every pod`,
      `remove-peer | ingress rule ${index}: pods * of namespaces team=ops removed`,
      `widen-namespaces | ingress rule ${index}: pods * of namespaces team=ops widened to every namespace`,
      `remove-peer | ingress rule ${index}: pods app=web of namespaces * removed`,
      `widen-pods | ingress rule ${index}: pods app=web of namespaces * widened to every pod`,
      `widen-ports | ingress rule ${index} widened to every protocol and port`,
      `remove-port | ingress rule ${index}: TCP 80 removed`,
      `widen-port | ingress rule ${index}: TCP 80 widened to every TCP port`,
      `remove-port | ingress rule ${index}: TCP/UDP/SCTP dns removed`,
      `widen-port | ingress rule ${index}: TCP/UDP/SCTP dns widened to every TCP/UDP/SCTP port`,
      `remove-port | ingress rule ${index}: UDP 1-9 removed`,
      `widen-port | ingress rule ${index}: UDP 1-9 widened to every UDP port`,
      ...actions.map((what) => `change-action | ingress rule ${index}: ${what}`),
    ];
    expect(found).toEqual([
      'remove-policy | policy removed',
      'widen-selector | subject pods * of namespaces team=shop widened to every pod',
      ...ofRule(1, ['Pass changed to Allow', 'Pass changed to Deny']),
      ...ofRule(2, ['Deny changed to Allow', 'Deny changed to Pass']),
      'swap-rules | ingress rule 1: swapped with rule 2',
    ]);
  });

  it('networks one by one, and nodes', () => {
    const to = '[{networks: [10.0.0.0/8, 0.0.0.0/0]}, {nodes: {matchLabels: {role: infra}}}]';
    const spec = `tier: Baseline, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: ${to}}]`;
    expect(lines(admin('ClusterNetworkPolicy', 'out', spec))).toEqual([
      'remove-policy | policy removed',
      'widen-peers | egress rule 1 widened to every destination',
      'remove-peer | egress rule 1: 10.0.0.0/8, 0.0.0.0/0 removed',
      'remove-block | egress rule 1: 10.0.0.0/8 removed',
      'widen-block | egress rule 1: 10.0.0.0/8 widened to 0.0.0.0/0',
      'remove-block | egress rule 1: 0.0.0.0/0 removed',
      'remove-peer | egress rule 1: nodes role=infra removed',
      'widen-nodes | egress rule 1: nodes role=infra widened to every node',
      'change-action | egress rule 1: Accept changed to Deny',
      'change-action | egress rule 1: Accept changed to Pass',
    ]);
  });

  it('what comes to the same once: the only rule is the policy, every namespace is every pod', () => {
    const spec = `subject: {namespaces: {}}, ingress: [{action: Deny, from: [{${SHOP}}]}]`;
    expect(lines(admin('BaselineAdminNetworkPolicy', 'default', spec))).toEqual([
      'remove-policy | policy removed',
      'widen-peers | ingress rule 1 widened to every pod',
      'change-action | ingress rule 1: Deny changed to Allow',
    ]);
  });

  it('points at what was changed, and changes nothing else', () => {
    const spec = `priority: 1, subject: {${SHOP}}, egress: [
      {action: Allow, to: [{namespaces: {}}]},
      {action: Deny, to: [{${SHOP}},\n {networks: [10.0.0.0/8]}]}]`;
    const found = mutantsIn(admin('AdminNetworkPolicy', 'guard', spec));
    const peer = found.find(({ description }) => description === 'egress rule 2: 10.0.0.0/8 removed');
    expect(peer?.position).toMatchObject({ file: 'manifests.yaml', line: 4, column: 2 });
    if (peer?.edit.list !== 'adminPolicies') throw new Error('no such edit');
    const [before, after] = [peer.edit.replaced[0], peer.edit.by[0]];
    expect(after).toEqual({
      ...before,
      egress: [before?.egress[0], { ...before?.egress[1], peers: before?.egress[1]?.peers.slice(0, 1) }],
    });
  });
});
