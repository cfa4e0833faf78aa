import { expect } from 'vitest';
import { PROTOCOLS } from '../../../../../src/requirements/model.ts';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { AddressSet } from '../../../../../src/harness/predict/sets/addresses.ts';
import type { Prediction } from '../../../../../src/harness/predict/model.ts';
import { createPredictor, type PredictorOptions } from '../../../../../src/harness/predict/predictor.ts';
import { sourcesOf } from '../../inventory/from-yaml.ts';

const CALICO: NetworkPlugin = { name: 'calico', version: 'v3.32.0' };
const pod = (path: string, labels: string, more = '') => {
  const [namespace, name] = path.split('/');
  return `{apiVersion: v1, kind: Pod, metadata: {name: ${name ?? ''}, namespace: ${namespace ?? ''}, labels: ${labels}}, spec: {nodeName: n1, ${more}containers: [{ports: [{name: web, containerPort: 80}]}]}}`;
};

/** Two pods of shop, one of ops, one of a namespace that is not defined, and a node. */
const SCENE = [
  '{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod}}}',
  '{apiVersion: v1, kind: Namespace, metadata: {name: ops, labels: {env: test}}}',
  pod('shop/web', '{app: web, tier: front-end}', 'serviceAccountName: web, '),
  pod('shop/db', '{app: db}'),
  pod('ops/tool', '{app: tool}'),
  pod('wild/cat', '{app: cat}'),
  '{apiVersion: v1, kind: Pod, metadata: {name: node, namespace: ops}, spec: {nodeName: n2, hostNetwork: true, containers: []}}',
];

const API = 'apiVersion: projectcalico.org/v3';
/** A NetworkPolicy of Calico in shop that selects db unless the spec says otherwise. */
export const cnp = (spec: string, name = 'guard') =>
  `{${API}, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {selector: ${spec.includes('selector: ALL') ? 'all()' : '"app == \'db\'"'}, ${spec.replace('selector: ALL, ', '')}}}`;
export const gnp = (spec: string, name = 'wide') =>
  `{${API}, kind: GlobalNetworkPolicy, metadata: {name: ${name}}, spec: {${spec}}}`;
export const tier = (name: string, order: number, more = '') =>
  `{${API}, kind: Tier, metadata: {name: ${name}}, spec: {order: ${order}${more}}}`;
export const knp = (spec: string) =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: k8s, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}, ${spec}}}`;
/** Rules of a policy that selects db. */
export const ingress = (...rules: readonly string[]) => `types: [Ingress], ingress: [${rules.join(', ')}]`;
export const egress = (...rules: readonly string[]) => `types: [Egress], egress: [${rules.join(', ')}]`;

export function scene(objects: readonly string[], plugin = CALICO, options: PredictorOptions = {}) {
  const inventory = buildInventory(sourcesOf([...SCENE, ...objects].join('\n---\n')), { plugin });
  const predictor = createPredictor(inventory, options);
  const find = (path: string) => {
    const found = inventory.workloads.find(({ namespace, name }) => `${namespace}/${name}` === path);
    if (found === undefined) throw new RangeError(path);
    return found;
  };
  return { inventory, predictor, find, between: (from: string, to: string) => predictor.between(find(from), find(to)) };
}

/** What may enter shop/db: allowed, and what is not known behind a `?`. */
export function into(objects: readonly string[], from: string): string {
  return textOf(scene(objects).between(from, 'shop/db'));
}

/** What may leave shop/db. */
export function outOf(objects: readonly string[], to: string): string {
  return textOf(scene(objects).between('shop/db', to));
}

/** What may leave shop/db towards an address outside. */
export function outTo(objects: readonly string[], address: string): string {
  const { predictor, find } = scene(objects);
  const [part] = predictor.toAddresses(find('shop/db'), AddressSet.of(address));
  if (part === undefined) throw new RangeError(address);
  return textOf(part.prediction);
}

function textOf(prediction: Prediction): string {
  const { allowed, unknown } = prediction;
  for (const protocol of PROTOCOLS) {
    for (const port of [1, 79, 80, 81, 443, 65535]) {
      const isAllowed = allowed.contains(protocol, port);
      const outcome = isAllowed ? 'allowed' : unknown.contains(protocol, port) ? 'unknown' : 'denied';
      expect(prediction.decide(protocol, port).outcome).toBe(outcome);
    }
  }
  return unknown.isEmpty ? allowed.format() : `${allowed.format()} ? ${unknown.format()}`;
}
