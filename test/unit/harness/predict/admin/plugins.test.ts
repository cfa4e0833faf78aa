import { describe, expect, it } from 'vitest';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { admin, type AdminSpec } from './fixtures.ts';
import { inventory, namespace, pod, workload } from '../fixtures.ts';

/** Houses as the API's own conformance tests have them. */
const HOUSES = ['gryffindor', 'slytherin', 'hufflepuff'];
const [harry, draco, cedric] = [
  workload('gryffindor/harry', { app: 'harry' }),
  workload('slytherin/draco', { app: 'draco' }),
  workload('hufflepuff/cedric', { app: 'cedric' }),
];
const node = workload('kube-system/proxy', {}, { hostNetwork: true, pods: [pod('192.168.1.1', 'n1')] });
const house = (name: string) => ({ matchLabels: { house: name } });

function predictorOf(adminPolicies: readonly AdminSpec[], more: Parameters<typeof inventory>[0] = {}) {
  return createPredictor(
    inventory({
      namespaces: HOUSES.map((name) => namespace(name, { house: name })),
      workloads: [harry, draco, cedric, node],
      adminPolicies: adminPolicies.map((spec, index) => admin(`a${index}`, spec)),
      ...more,
    }),
  );
}

const GUARD = { namespaces: house('gryffindor') };
const fromSlytherin = { namespaces: house('slytherin') };

describe('plugins and admin policies', () => {
  const deny: AdminSpec = { ...GUARD, ingress: [{ action: 'deny', ...fromSlytherin }] };
  const cnp: AdminSpec = { ...deny, kind: 'ClusterNetworkPolicy' };

  it.each<[string, NetworkPlugin, AdminSpec, string, RegExp]>([
    ['no plugin known', { name: 'unknown' }, deny, 'denied', /by the letter of the API/],
    [
      'k3s',
      { name: 'kube-router' },
      deny,
      'allowed',
      /kube-router does not enforce AdminNetworkPolicy: it is predicted without it/,
    ],
    ['Cilium', { name: 'cilium', version: '1.15.6' }, deny, 'allowed', /Cilium does not enforce AdminNetworkPolicy/],
    [
      'Cilium 1.15',
      { name: 'cilium', version: 'v1.15.6' },
      cnp,
      'allowed',
      /Cilium does not enforce ClusterNetworkPolicy/,
    ],
    [
      'Cilium 1.20',
      { name: 'cilium', version: '1.20.0' },
      cnp,
      'unknown',
      /where --enable-k8s-cluster-network-policy is set/,
    ],
    ['a Cilium', { name: 'cilium' }, cnp, 'unknown', /from 1\.20 on/],
    ['Calico 3.30', { name: 'calico', version: 'v3.30.1' }, deny, 'denied', /^$/],
    ['Calico 3.28', { name: 'calico', version: 'v3.28.0' }, deny, 'allowed', /does not enforce/],
    ['Calico 3.32', { name: 'calico', version: 'v3.32.0' }, cnp, 'denied', /^$/],
    ['a Calico', { name: 'calico' }, deny, 'unknown', /which version runs is not known/],
    ['Antrea', { name: 'antrea' }, deny, 'unknown', /feature gate/],
    ['OVN-Kubernetes', { name: 'ovn-kubernetes' }, deny, 'denied', /setting/],
  ])('%s', (_case, plugin, spec, expected, reason) => {
    const prediction = predictorOf([spec], { plugin }).between(draco, harry);
    const decision = prediction.decide('TCP', 80);
    expect(decision.outcome).toBe(expected);
    expect(decision.reason ?? '').toMatch(reason);
    expect(predictorOf([spec], { plugin }).between(draco, cedric).decide('TCP', 80)).toMatchObject({
      outcome: 'allowed',
    });
  });

  it('node traffic of a pod with admin policies is not known: nothing says whether it is exempt from them', () => {
    const there = { ...harry, pods: [pod('10.0.0.1', 'n1')] };
    const away: AdminSpec = { ...GUARD, egress: [{ action: 'deny', nodes: {} }] };
    const predictor = predictorOf([away], { workloads: [there, node] });
    expect(predictor.between(there, node).unknown.isAll).toBe(true);
    expect(predictor.between(node, there).allowed.isAll).toBe(true);
  });
});
