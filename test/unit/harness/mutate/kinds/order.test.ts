import { describe, expect, it } from 'vitest';
import { documents } from '../../../support/predicted.ts';
import { mutated, nameOf, those } from '../support.ts';
import { admin, calico, calicoGlobal, cilium, mutantsIn } from './support.ts';

const DENY = 'ingress: [{action: Deny, from: [{namespaces: {}}]}]';
const ALLOW = 'ingress: [{action: Allow, from: [{namespaces: {}}]}]';
const ALL = 'subject: {namespaces: {}}';

function swaps(...manifests: readonly string[]): readonly string[] {
  return mutantsIn(...manifests)
    .filter(({ kind }) => kind.startsWith('swap'))
    .map((mutant) => `${nameOf(mutant)} (${mutant.directions.join()})`);
}

describe('the order of policies', () => {
  it('each changes places with the next one of its kind that has rules of the same direction', () => {
    const out = 'egress: [{action: Deny, to: [{namespaces: {}}]}]';
    expect(
      swaps(
        admin('AdminNetworkPolicy', 'last', `priority: 30, ${ALL}, ${DENY}`),
        admin('AdminNetworkPolicy', 'first', `priority: 10, ${ALL}, ${ALLOW}`),
        admin('AdminNetworkPolicy', 'out', `priority: 20, ${ALL}, ${out}`),
        admin('ClusterNetworkPolicy', 'other', `tier: Admin, priority: 40, ${ALL}, ${DENY}`),
        admin('ClusterNetworkPolicy', 'base', `tier: Baseline, priority: 50, ${ALL}, ${DENY}`),
      ),
    ).toEqual(['AdminNetworkPolicy first: priority 10 swapped with priority 30 of AdminNetworkPolicy last (ingress)']);
  });

  it('of one number there is nothing to swap', () => {
    expect(
      swaps(
        admin('AdminNetworkPolicy', 'a', `priority: 10, ${ALL}, ${DENY}`),
        admin('AdminNetworkPolicy', 'b', `priority: 10, ${ALL}, ${ALLOW}`),
      ),
    ).toEqual([]);
  });

  it("Calico's two kinds in one tier, but not two namespaces; without an order a policy is last", () => {
    const rules = 'types: [Ingress], ingress: [{action: Allow}]';
    expect(
      swaps(
        calico('shop', `order: 10, ${rules}`),
        calico('ops', `order: 15.5, ${rules}`, 'ops'),
        calicoGlobal('all', rules),
        '{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: first}, spec: {order: 1}}',
        calicoGlobal('first.guard', `tier: first, order: 12, ${rules}`),
      ),
    ).toEqual([
      'NetworkPolicy.projectcalico.org ops/ops: order 15.5 swapped with order (none) of GlobalNetworkPolicy all (ingress)',
      'NetworkPolicy.projectcalico.org shop/shop: order 10 swapped with order (none) of GlobalNetworkPolicy all (ingress)',
    ]);
  });

  it("Cilium's kinds have none", () => {
    const rules = 'endpointSelector: {}, ingress: [{fromEntities: [all]}], ingressDeny: [{fromEntities: [world]}]';
    expect(swaps(cilium('a', rules), cilium('b', rules))).toEqual([]);
  });

  it('points at the number, and changes nothing but both numbers', () => {
    const [swap] = mutantsIn(
      admin('AdminNetworkPolicy', 'first', `${ALL},\n ${ALLOW},\n priority: 1`),
      admin('AdminNetworkPolicy', 'second', `priority: 2, ${ALL}, ${DENY}`),
    ).filter(({ kind }) => kind === 'swap-order');
    expect(swap?.position).toMatchObject({ file: 'manifests.yaml', line: 3 });
    if (swap?.edit.list !== 'adminPolicies') throw new Error('no such edit');
    const [first, second] = swap.edit.replaced;
    expect(swap.edit.by).toEqual([
      { ...first, priority: 2 },
      { ...second, priority: 1 },
    ]);
  });
});

describe('who notices', () => {
  const NAMESPACE = '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}';
  const pod = (name: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}, spec: {containers: [{name: c, image: x}]}}`;
  const scene = documents(NAMESPACE, pod('web'), pod('db'));
  const requirements = (line: string) => `requirements: r\ncases:\n  - {id: R-1, ${line}}\n`;
  const to = (name: string) => `{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: ${name}}}}}`;

  it('a swap that opens is survived where nobody asks, with the case that would tell, and killed by it', () => {
    const policies = [
      admin('AdminNetworkPolicy', 'first', `priority: 1, ${ALL}, ${DENY}`),
      admin('AdminNetworkPolicy', 'second', `priority: 2, ${ALL}, ${ALLOW}`),
    ];
    const swap = 'AdminNetworkPolicy first: priority 1 swapped with priority 2 of AdminNetworkPolicy second';
    const blind = mutated(requirements('from: shop/web, mayReach: {cidr: 192.0.2.1/32}, on: [1]'), scene, ...policies);
    const survivor = blind.mutants.find(({ mutant }) => nameOf(mutant) === swap);
    expect(survivor).toMatchObject({ outcome: 'survived', caughtBy: { expect: 'mayNotReach' } });
    const seeing = mutated(requirements('from: shop/web, mayNotReach: shop/db'), scene, ...policies);
    expect(those('killed', seeing)).toContain(swap);
  });

  it('a swap that concerns the second policy as well is noticed at its pods', () => {
    const policies = [
      admin('AdminNetworkPolicy', 'first', `priority: 1, subject: ${to('web')}, ${DENY}`),
      admin('AdminNetworkPolicy', 'second', `priority: 2, subject: ${to('db')}, ${ALLOW}`),
      admin('AdminNetworkPolicy', 'third', `priority: 2, subject: ${to('db')}, ${DENY}`),
    ];
    // What of the two is applied to db is not settled, until one of them is tried first.
    const result = mutated(requirements('from: shop/web, mayReach: {cidr: 192.0.2.1/32}, on: [1]'), scene, ...policies);
    const swap = result.mutants.find(({ mutant }) => mutant.kind === 'swap-order');
    expect(swap?.outcome).toBe('unknown');
  });

  it('rules that change places: equivalent where they meet nothing in common, and then not counted', () => {
    const rule = (action: string, port: number) =>
      `{action: ${action}, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: ${port}}}]}`;
    const outcomes = (second: number) =>
      mutated(
        requirements('from: shop/web, mayReach: shop/db, on: [81]'),
        scene,
        admin(
          'AdminNetworkPolicy',
          'guard',
          `priority: 1, ${ALL}, ingress: [${rule('Deny', 80)}, ${rule('Allow', second)}]`,
        ),
      );
    const apart = outcomes(81);
    const swap = 'AdminNetworkPolicy guard: ingress rule 1: swapped with rule 2';
    expect(those('equivalent', apart)).toContain(swap);
    expect(apart.killed + apart.survived).toBeLessThan(apart.mutants.length);
    expect(those('survived', outcomes(80))).toContain(swap);
  });
});
