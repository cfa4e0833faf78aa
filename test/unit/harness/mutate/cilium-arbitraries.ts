import fc from 'fast-check';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import type { AdminPolicy } from '../../../../src/harness/inventory/admin-model.ts';
import { sourcesOf } from '../inventory/from-yaml.ts';
import { documents } from '../../support/predicted.ts';
import { cilium, clusterwide } from './kinds/support.ts';

const PEERS = [
  'Endpoints: [{}]',
  'Endpoints: [{matchLabels: {app: x}}, {matchLabels: {app: y, k8s:io.kubernetes.pod.namespace: b}}]',
  'Endpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [a]}]}]',
  'Entities: [world]',
  'Entities: [cluster]',
  'CIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}, {cidr: 203.0.113.0/24}]',
];
const PORTS = [
  '',
  ', toPorts: [{ports: [{port: "80", protocol: TCP}]}]',
  ', toPorts: [{ports: [{port: "53"}, {port: "79", endPort: 81, protocol: TCP}]}]',
];
const LAYER_7 = ', toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]';

function section(name: string): fc.Arbitrary<string> {
  const isDenial = name.endsWith('Deny');
  const way = name.startsWith('ingress') ? 'from' : 'to';
  const rule = fc
    .tuple(fc.constantFrom(...PEERS), fc.constantFrom(...PORTS, ...(isDenial ? [] : [LAYER_7])))
    .map(([peers, ports]) => `{${way}${peers}${ports}}`);
  return fc
    .array(rule, { maxLength: 2 })
    .map((rules) => (rules.length === 0 ? '' : `, ${name}: [${rules.join(', ')}]`));
}

const spec = fc
  .tuple(
    fc.constantFrom('{}', '{matchLabels: {app: x}}', '{matchLabels: {tier: y}}'),
    ...['ingress', 'egress', 'ingressDeny', 'egressDeny'].map(section),
  )
  .map(([selector, ...sections]) => `endpointSelector: ${selector}${sections.join('')}`);

const one = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b'), spec).map(
    ([namespace, text]) =>
      (name: string) =>
        cilium(name, text, namespace),
  ),
  spec.map((text) => (name: string) => clusterwide(name, `spec: {${text}}`)),
);

/** As they are read: each is several policies. */
export const ciliumPolicies: fc.Arbitrary<readonly AdminPolicy[]> = fc
  .array(one, { minLength: 1, maxLength: 2 })
  .map((all) => buildInventory(sourcesOf(documents(...all.map((text, index) => text(`p${index}`))))).adminPolicies);
