import { describe, expect, it } from 'vitest';
import { ALL_ADDRESSES } from '../../../../src/harness/predict/sets/addresses.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { Workload } from '../../../../src/harness/inventory/model.ts';
import { inventory, pod, policy, workload, type PolicySpec } from './fixtures.ts';

const agent = workload('ops/agent', { app: 'agent' }, { kind: 'DaemonSet', hostNetwork: true });
const web = workload('shop/web', { app: 'web' });
const on = (one: Workload, ...nodes: readonly string[]): Workload => ({
  ...one,
  pods: nodes.map((node, index) => pod(`10.0.${one === agent ? 1 : 2}.${index + 1}`, node)),
});

function ask(spec: PolicySpec, from: Workload, to: Workload) {
  const found = inventory({ workloads: [from, to], policies: [policy('shop/p', spec)] });
  return createPredictor(found).between(from, to).decide('TCP', 80);
}

const CLOSED: PolicySpec = { policyTypes: ['Ingress', 'Egress'] };

describe('workloads on the host network are nodes', () => {
  it('are selected by no policy, and by no peer', () => {
    const everywhere = { from: [{ namespaceSelector: {} }] };
    const own = policy('ops/p', CLOSED);
    const predictor = createPredictor(inventory({ workloads: [agent, web], policies: [own] }));
    expect(predictor.isolatedBy(agent, 'ingress')).toEqual([]);
    expect(predictor.selectedBy('ops/p')).toEqual([]);
    expect(predictor.between(web, agent).allowed.isAll).toBe(true);
    expect(predictor.toAddresses(agent, ALL_ADDRESSES)).toHaveLength(1);
    expect(ask({ ingress: [everywhere] }, on(agent, 'n1'), on(web, 'n2')).outcome).toBe('denied');
  });

  it.each([
    ['the same node', ['n1'], ['n1'], 'allowed'],
    ['other nodes', ['n1'], ['n2', 'n3'], 'denied'],
    ['some of the same', ['n1', 'n2'], ['n2'], 'unknown'],
    ['nodes that are not known', [], ['n1'], 'unknown'],
  ] as const)('traffic between a node and its own pods is exempt: %s', (_title, nodes, podNodes, expected) => {
    const [node, pods] = [on(agent, ...nodes), on(web, ...podNodes)];
    expect(ask(CLOSED, node, pods).outcome).toBe(expected);
    expect(ask(CLOSED, pods, node).outcome).toBe(expected);
  });

  it('says why: the exemption, or what is not known', () => {
    expect(ask(CLOSED, on(agent, 'n1'), on(web, 'n1')).ingress.exempt).toMatch(
      /is the node that shop\/web.* runs on.*exempt/,
    );
    expect(ask(CLOSED, agent, web).reason).toMatch(/whether it shares a node with shop\/web.* is not known/);
  });

  // https://docs.cilium.io/en/stable/network/kubernetes/concepts/#default-ingress-allow-from-local-host
  it('is exempt towards the pods alone where Cilium runs', () => {
    const [node, pods] = [on(agent, 'n1'), on(web, 'n1')];
    const decide = (spec: PolicySpec, from: Workload, to: Workload) => {
      const plugin = { name: 'cilium', version: '1.15.0' } as const;
      const found = inventory({ workloads: [from, to], policies: [policy('shop/p', spec)], plugin });
      const prediction = createPredictor(found).between(from, to);
      const { outcome, reason } = prediction.decide('TCP', 80);
      for (const note of reason?.split('; ') ?? []) expect(prediction.notes.join('; ')).toContain(note);
      expect(prediction.allowed.isAll).toBe(outcome === 'allowed');
      return { outcome, reason };
    };
    expect(decide(CLOSED, node, pods).outcome).toBe('allowed');
    expect(decide(CLOSED, pods, node)).toMatchObject({
      outcome: 'denied',
      reason: expect.stringContaining('reach their node only by a rule') as unknown,
    });
    expect(decide({ policyTypes: ['Egress'], egress: [{}] }, pods, node).outcome).toBe('allowed');
    expect(decide({ policyTypes: ['Ingress'] }, pods, node).outcome).toBe('allowed');
  });

  it('leaves what rules allow allowed, wherever the pods run', () => {
    expect(ask({ ingress: [{ ports: [{ port: 80 }] }] }, agent, web).outcome).toBe('allowed');
    expect(ask({ ingress: [{ ports: [{ port: 81 }] }] }, agent, web).outcome).toBe('unknown');
  });

  it('are met by an ipBlock at their addresses', () => {
    const block = (cidr: string): PolicySpec => ({ ingress: [{ from: [{ ipBlock: { cidr } }] }] });
    const [node, pods] = [on(agent, 'n1'), on(web, 'n2')];
    expect(ask(block('10.0.1.0/24'), node, pods).outcome).toBe('allowed');
    expect(ask(block('10.0.9.0/24'), node, pods).outcome).toBe('denied');
    const unaddressed = { ...agent, pods: [{ name: 'a', node: 'n1', addresses: [] }] };
    expect(ask(block('10.0.1.0/24'), unaddressed, pods).outcome).toBe('unknown');
    expect(ask(block('0.0.0.0/0'), unaddressed, pods).outcome).toBe('allowed');
    const half = { ...agent, pods: [...unaddressed.pods, pod('fd00::9', 'n1')] };
    expect(ask(block('0.0.0.0/0'), half, pods).outcome).toBe('unknown');
  });

  it('reach one another, whatever the policies say', () => {
    expect(ask(CLOSED, on(agent, 'n1'), { ...on(web, 'n2'), hostNetwork: true }).outcome).toBe('allowed');
  });
});
