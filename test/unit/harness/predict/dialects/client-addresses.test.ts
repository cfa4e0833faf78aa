import { describe, expect, it } from 'vitest';
import { dialectNotes } from '../../../../../src/harness/predict/dialects/dialect-policies.ts';
import { inventoryOf } from '../../inventory/from-yaml.ts';

const PODS =
  '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: a}]}}}}';
const service = (spec: string, name = 'web') =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: shop}, spec: {selector: {app: web}, ports: [{port: 80}], ${spec}}}`;
const policy = (ingress: string, more = '') =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}, ingress: ${ingress}${more}}}`;
const PARTNER = policy('[{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]');

const notes = (...documents: readonly string[]) =>
  dialectNotes(inventoryOf([PODS, ...documents].join('\n---\n'))).map(({ text }) => text);

// https://kubernetes.io/docs/tutorials/services/source-ip/
describe('the address of a client behind a service', () => {
  it.each(['type: NodePort', 'type: LoadBalancer', 'externalIPs: [198.51.100.1]'])(
    'is said to be its own where policies tell addresses apart: %s',
    (spec) => {
      expect(notes(service(spec), PARTNER)).toEqual([
        expect.stringMatching(/^service shop\/web takes traffic in at the nodes, .*the client's own; .*https:/),
      ]);
    },
  );

  it('is said once, however many services', () => {
    expect(notes(service('type: NodePort'), service('type: NodePort', 'other'), PARTNER)).toEqual([
      expect.stringMatching(/^service shop\/\S+ \(and 1 more like it\) takes/),
    ]);
  });

  it.each([
    ['the client keeps its address', service('type: NodePort, externalTrafficPolicy: Local'), PARTNER],
    ['nobody comes in from outside', service('type: ClusterIP'), PARTNER],
    ['no policy isolates its pods', service('type: NodePort'), policy('[]', ', policyTypes: [Egress]')],
    ['everyone is let in', service('type: NodePort'), policy('[{ports: [{port: 80}]}]')],
  ])('makes no difference where %s', (_, ...documents) => {
    expect(notes(...documents)).toEqual([]);
  });
});
