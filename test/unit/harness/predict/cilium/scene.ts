import { expect } from 'vitest';
import { PROTOCOLS } from '../../../../../src/requirements/model.ts';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { sourcesOf } from '../../inventory/from-yaml.ts';

const CILIUM: NetworkPlugin = { name: 'cilium', version: '1.15.6' };
const pod = (path: string, labels: string) => {
  const [namespace, name] = path.split('/');
  return `{apiVersion: v1, kind: Pod, metadata: {name: ${name ?? ''}, namespace: ${namespace ?? ''}, labels: ${labels}}, spec: {containers: [{ports: [{name: web, containerPort: 80}]}]}}`;
};
const SCENE = [
  '{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod}}}',
  '{apiVersion: v1, kind: Namespace, metadata: {name: ops, labels: {env: test}}}',
  pod('shop/web', '{app: web}'),
  pod('shop/db', '{app: db}'),
  pod('ops/tool', '{app: tool}'),
  '{apiVersion: v1, kind: Pod, metadata: {name: node, namespace: ops}, spec: {hostNetwork: true, containers: []}}',
];

/** A CiliumNetworkPolicy of shop that selects db unless the spec says otherwise. */
export const cnp = (spec: string, name = 'guard') =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: db}}, ${spec}}}`;
export const ccnp = (spec: string) =>
  `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: wide}, spec: {${spec}}}`;
export const knp = (spec: string) =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: k8s, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}, ${spec}}}`;

/** Two pods of shop, one of ops, and a node, under these policies. */
export function scene(policies: readonly string[], plugin = CILIUM) {
  const text = [...SCENE, ...policies].join('\n---\n');
  const inventory = buildInventory(sourcesOf(text), { plugin });
  const predictor = createPredictor(inventory);
  const find = (path: string) => {
    const found = inventory.workloads.find(({ namespace, name }) => `${namespace}/${name}` === path);
    if (found === undefined) throw new RangeError(path);
    return found;
  };
  return { inventory, predictor, find, between: (from: string, to: string) => predictor.between(find(from), find(to)) };
}

/** What may enter shop/db: allowed, and what is not known behind a `?`. */
export function into(policies: readonly string[], from: string): string {
  const prediction = scene(policies).between(from, 'shop/db');
  for (const protocol of PROTOCOLS) {
    for (const port of [1, 79, 80, 81, 443, 65535]) {
      const outcome = prediction.allowed.contains(protocol, port)
        ? 'allowed'
        : prediction.unknown.contains(protocol, port)
          ? 'unknown'
          : 'denied';
      expect(prediction.decide(protocol, port).outcome).toBe(outcome);
    }
  }
  const { allowed, unknown } = prediction;
  return unknown.isEmpty ? allowed.format() : `${allowed.format()} ? ${unknown.format()}`;
}
