import { expect, it } from 'vitest';
import { canaryFirst } from '../../../../src/harness/run/canary-first.ts';
import { inventoryOf } from '../inventory/from-yaml.ts';

const NAMESPACE = '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}';
const OPEN = { audit: undefined } as unknown as Parameters<typeof canaryFirst>[1][number];

it('follows only where no policy of any kind is there', () => {
  expect(canaryFirst(inventoryOf(NAMESPACE), [])).toBe(false);
});

it.each([
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: shop}, spec: {podSelector: {}, policyTypes: [Ingress]}}',
  '{apiVersion: policy.networking.k8s.io/v1alpha1, kind: BaselineAdminNetworkPolicy, metadata: {name: default}, spec: {subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}}',
  '{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a, namespace: shop}, spec: {endpointSelector: {}, ingress: [{}]}}',
  '{apiVersion: crd.antrea.io/v1beta1, kind: ClusterNetworkPolicy, metadata: {name: a}, spec: {}}',
])('is watched first where one is: %s', (policy) => {
  expect(canaryFirst(inventoryOf(`${NAMESPACE}\n---\n${policy}`), [])).toBe(true);
});

it('is watched first for an audit, which wants to know whether policies count', () => {
  const inventory = inventoryOf(NAMESPACE);
  expect(canaryFirst(inventory, [OPEN, { audit: {} as NonNullable<typeof OPEN.audit> }])).toBe(true);
});
