import { describe, expect, it } from 'vitest';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { Inventory, NetworkPlugin, Workload } from '../../../../src/harness/inventory/model.ts';
import { inventory, namespace, pod, policy, unmodelled, workload, type PeerSpec } from './fixtures.ts';

const web = workload('shop/web', { app: 'web' });
const db = workload('shop/db', { app: 'db' }, { ports: [{ name: 'sql', protocol: 'TCP', port: 5432 }] });

function guarded(from: readonly PeerSpec[], more: Partial<Inventory> = {}): Inventory {
  const guard = policy('shop/db', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from }] });
  return inventory({ workloads: [web, db], policies: [guard], ...more });
}

function ask(found: Inventory, from: Workload, to: Workload = db, options = {}) {
  const prediction = createPredictor(found, options).between(from, to);
  const { outcome, reason } = prediction.decide('TCP', 5432);
  return { outcome, reason: reason ?? '', notes: prediction.notes };
}

const block = (cidr: string, ...except: readonly string[]): PeerSpec => ({ ipBlock: { cidr, except } });

describe('an ipBlock against pods whose address is not known', () => {
  it.each([
    ['matches if it covers all private IPv4 ranges', [block('0.0.0.0/0')], 'allowed'],
    [
      'matches if several blocks cover them together',
      ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((cidr) => block(cidr)),
      'allowed',
    ],
    ['does not match outside all of them', [block('203.0.113.0/24'), block('2001:db8::/32')], 'denied'],
    [
      'does not match the internet alone',
      [block('0.0.0.0/0', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')],
      'denied',
    ],
    ['is unknown where it covers a part of them', [block('10.0.0.0/8')], 'unknown'],
    [
      'is unknown where an exception leaves a part of them',
      [block('0.0.0.0/0', '10.0.0.0/8', '192.168.0.0/16')],
      'unknown',
    ],
    ['is unknown for IPv6, which a pod may lack', [block('::/0')], 'unknown'],
  ])('%s', (_title, from, expected) => {
    expect(ask(guarded(from), web).outcome).toBe(expected);
    expect(ask(guarded(from), outsider()).outcome).toBe(expected);
  });

  it('says what an answer rests on, and nothing where nothing hangs on it', () => {
    expect(ask(guarded([block('0.0.0.0/0')]), web).reason).toMatch(
      /letter of the API.*assumed to have a private IPv4/s,
    );
    expect(ask(guarded([block('203.0.113.0/24')]), web).reason).toMatch(
      /^pods whose address is not in the input are assumed/,
    );
    expect(ask(guarded([{ podSelector: {} }, block('0.0.0.0/0')]), web)).toEqual({
      outcome: 'allowed',
      reason: '',
      notes: [],
    });
  });

  it('rests on nothing at one end where the other end surely denies', () => {
    const closed = policy('shop/closed', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] });
    const found = guarded([block('0.0.0.0/0')]);
    expect(ask({ ...found, policies: [...found.policies, closed] }, web)).toEqual({
      outcome: 'denied',
      reason: '',
      notes: [],
    });
    const open = policy('shop/open', { policyTypes: ['Egress'], egress: [{ to: [block('0.0.0.0/0')] }] });
    const shut = policy('shop/shut', {});
    expect(ask(inventory({ workloads: [web, db], policies: [open, shut] }), web)).toEqual({
      outcome: 'denied',
      reason: '',
      notes: [],
    });
  });

  it('names the policy, its line and the block where it does not know', () => {
    expect(ask(guarded([block('10.0.0.0/8', '10.1.0.0/16')]), web).reason).toBe(
      'policy shop/db (db.yaml:10), ingress rule 1 has the ipBlock 10.0.0.0/8 except 10.1.0.0/16; whether it covers the address of shop/web[Deployment] is not known',
    );
  });
});

describe('an ipBlock against pods whose address is known', () => {
  const at = (...pods: Workload['pods']) => ({ ...web, pods });
  const tens = [block('10.0.0.0/8', '10.1.0.0/16')];

  it.each([
    ['inside', at(pod('10.0.0.7')), 'allowed'],
    ['in an exception', at(pod('10.1.0.7')), 'denied'],
    ['outside', at(pod('192.168.0.7')), 'denied'],
    ['some pods inside, some not', at(pod('10.0.0.7'), pod('10.1.0.7')), 'unknown'],
    ['all pods inside', at(pod('10.0.0.7'), pod('10.2.0.7')), 'allowed'],
    ['a pod with an address of either family', at(pod(['10.0.0.7', 'fd00::7'])), 'unknown'],
    ['a pod that has no address yet', at(pod('10.0.0.7'), pod([])), 'unknown'],
  ])('%s', (_title, from, expected) => {
    expect(ask(guarded(tens), from).outcome).toBe(expected);
  });

  it.each([
    ['replicas', at(pod('10.0.0.7'), pod('10.1.0.7')), '10.0.0.7 and not 10.1.0.7'],
    ['both families', at(pod(['10.0.0.7', 'fd00::7'])), '10.0.0.7 and not fd00::7'],
  ])('says which of its addresses is covered: %s', (_title, from, covered) => {
    expect(ask(guarded(tens), from).reason).toContain(`of the addresses of shop/web[Deployment] it covers ${covered}`);
  });

  it('covers both families by one block each', () => {
    expect(ask(guarded([...tens, block('fd00::/8')]), at(pod(['10.0.0.7', 'fd00::7']))).outcome).toBe('allowed');
  });

  it.each<[NetworkPlugin['name'], string, RegExp]>([
    ['unknown', 'allowed', /letter of the API/],
    ['none', 'allowed', /letter of the API/],
    ['kube-router', 'allowed', /kube-router matches an ipBlock by address/],
    ['calico', 'allowed', /Calico matches an ipBlock by address/],
    ['antrea', 'allowed', /how Antrea reads it is not modelled/],
    ['cilium', 'denied', /Cilium never matches a pod by an ipBlock/],
  ])('as %s reads it: %s', (name, expected, reason) => {
    const { outcome, reason: said } = ask(guarded(tens, { plugin: { name } }), at(pod('10.0.0.7')));
    expect(outcome).toBe(expected);
    expect(said).toMatch(reason);
  });

  it('with a named port of egress is unknown: the API does not settle whose port that is', () => {
    const egress = policy('shop/web', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{ to: [block('10.0.0.0/8')], ports: [{ port: 'sql' }] }],
    });
    const there = { ...db, pods: [pod('10.0.0.9')] };
    const { outcome, reason } = ask(inventory({ workloads: [web, there], policies: [egress] }), web, there);
    expect(outcome).toBe('unknown');
    expect(reason).toMatch(/named port towards 10\.0\.0\.0\/8.*not settled by the API/);
    const { allowed, unknown } = createPredictor(inventory({ workloads: [web, there], policies: [egress] })).between(
      web,
      there,
    );
    expect([allowed.format(), unknown.format()]).toEqual(['none', 'TCP 5432']);
  });
});

describe('a namespace that is used but not defined', () => {
  const stranger = workload('ops/tool');
  const select = (matchLabels: Record<string, string>): PeerSpec => ({ namespaceSelector: { matchLabels } });
  const spaces = [namespace('ops', {}, false)];

  it.each([
    ['its name is known', select({ 'kubernetes.io/metadata.name': 'ops' }), 'allowed'],
    [
      'another name is not its own, whatever else',
      select({ 'kubernetes.io/metadata.name': 'x', env: 'prod' }),
      'denied',
    ],
    ['other labels are unknown', select({ env: 'prod' }), 'unknown'],
    [
      'so is their absence',
      { namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] } },
      'unknown',
    ],
    ['all namespaces include it', select({}), 'allowed'],
  ])('%s', (_title, from, expected) => {
    expect(ask(guarded([from], { namespaces: spaces }), stranger).outcome).toBe(expected);
  });

  it('gives the reason: the namespace, the rule and its selector', () => {
    expect(ask(guarded([select({ env: 'prod' })], { namespaces: spaces }), stranger).reason).toBe(
      'namespace ops is used but not defined, so whether policy shop/db (db.yaml:10), ingress rule 1 selects it by env=prod is not known',
    );
  });

  it('may be assumed to have no labels, and then the answer says so', () => {
    const options = { assumeUndefinedNamespacesHaveNoLabels: true };
    const found = guarded([select({ env: 'prod' })], { namespaces: spaces });
    const { outcome, reason } = ask(found, stranger, db, options);
    expect(outcome).toBe('denied');
    expect(reason).toBe('namespace ops is used but not defined: it is assumed to have no labels but its name');
    expect(ask(found, web, db, options).notes).toEqual([]);
  });

  it("is one that the inventory lacks, but for an outsider's, of which all is known", () => {
    expect(ask(guarded([select({ env: 'prod' })]), workload('elsewhere/tool')).outcome).toBe('unknown');
    expect(ask(guarded([select({ env: 'prod' })]), outsider()).outcome).toBe('denied');
  });
});

describe('policies that are not modelled', () => {
  it('leave the pods that they may select unknown, and name themselves', () => {
    const found = inventory({
      workloads: [web, db, workload('ops/tool')],
      unmodelled: [unmodelled('shop/l7', 'shop')],
    });
    const { outcome, reason } = ask(found, web);
    expect(outcome).toBe('unknown');
    expect(reason).toContain(
      'CiliumNetworkPolicy shop/l7 (cnp.yaml:3) may apply to shop/db[Deployment]: its kind is not modelled',
    );
    const tool = workload('ops/tool');
    expect(ask(found, tool, tool).outcome).toBe('allowed');
  });

  it('of the whole cluster touch nodes as well', () => {
    const node = workload('kube-system/proxy', {}, { hostNetwork: true });
    const found = inventory({ workloads: [node, db], unmodelled: [unmodelled('everything')] });
    expect(ask(found, node).outcome).toBe('unknown');
  });
});

describe('pods of one workload that carry different labels', () => {
  it('are judged each, and disagreement is unknown', () => {
    const guard = guarded([{ podSelector: { matchLabels: { track: 'stable' } } }]);
    const labels = (track: string) => ({ app: 'web', track });
    const mixed = { ...web, pods: [pod('10.0.0.1', 'n1', labels('stable')), pod('10.0.0.2', 'n1', labels('canary'))] };
    expect(ask(guard, mixed).outcome).toBe('unknown');
    expect(ask(guard, mixed).reason).toMatch(
      /pods of shop\/web\[Deployment\] and shop\/db\[Deployment\] carry different labels/,
    );
    const alike = {
      ...web,
      pods: [
        pod('10.0.0.1', 'n1', { ...labels('stable'), hash: '1' }),
        pod('10.0.0.2', 'n1', { ...labels('stable'), hash: '2' }),
      ],
    };
    expect(ask(guard, alike).outcome).toBe('allowed');
  });

  it('are isolated only if every kind of them is', () => {
    const labels = (track: string) => ({ app: 'web', track });
    const mixed = { ...web, pods: [pod('10.0.0.1', 'n1', labels('stable')), pod('10.0.0.2', 'n1', labels('canary'))] };
    const select = (track: string) => policy(`shop/${track}`, { podSelector: { matchLabels: { track } } });
    const isolatedBy = (...tracks: readonly string[]) =>
      createPredictor(inventory({ workloads: [mixed], policies: tracks.map(select) }))
        .isolatedBy(mixed, 'ingress')
        .map((ref) => ref.policy);
    expect(isolatedBy('stable')).toEqual([]);
    expect(isolatedBy('stable', 'canary')).toEqual(['shop/stable', 'shop/canary']);
  });
});
