import { describe, expect, it } from 'vitest';
import { AddressSet } from '../../../../../src/harness/predict/sets/addresses.ts';
import { refusalOf } from '../../inventory/from-yaml.ts';
import { cnp, scene } from './scene.ts';

const service = (path: string, spec: string, labels = '{}') => {
  const [namespace = '', name = ''] = path.split('/');
  return `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: ${namespace}, labels: ${labels}}, spec: {${spec}}}`;
};
const slice = (path: string, addresses: string, ready = true) => {
  const [namespace = '', name = ''] = path.split('/');
  return `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: ${name}-1, namespace: ${namespace}, labels: {kubernetes.io/service-name: ${name}}}, addressType: IPv4, endpoints: [{addresses: [${addresses}], conditions: {ready: ${ready}}}], ports: [{port: 5432}]}`;
};
const PORTS = 'ports: [{port: 80}]';
const OBJECTS = [
  service('shop/web', `selector: {app: web}, ${PORTS}`, '{tier: front}'),
  service('ops/tool', `selector: {app: tool}, ${PORTS}`, '{tier: front, kind: job}'),
  service('shop/legacy', PORTS, '{tier: back}'),
  slice('shop/legacy', '192.0.2.9, 192.0.2.10'),
];
const to = (entry: string, more = '') => cnp(`egress: [{toServices: [${entry}]${more}}]`);
const named = (name: string, namespace?: string) =>
  `{k8sService: {serviceName: ${name}${namespace === undefined ? '' : `, namespace: ${namespace}`}}}`;
const selected = (selector: string, namespace?: string) =>
  `{k8sServiceSelector: {selector: {${selector}}${namespace === undefined ? '' : `, namespace: ${namespace}`}}}`;

/** From shop/db to a pod (`ops/tool`) or an address, at TCP 80. */
function ask(objects: readonly string[], version: string | undefined, targets: readonly string[]) {
  const { predictor, find } = scene([...OBJECTS, ...objects], {
    name: 'cilium',
    ...(version !== undefined && { version }),
  });
  const db = find('shop/db');
  return targets.map((target) => {
    const decide = target.includes('/')
      ? predictor.between(db, find(target))
      : predictor.toAddresses(db, AddressSet.of(`${target}/32`))[0]?.prediction;
    return decide?.decide('TCP', 80).outcome;
  });
}

const TARGETS = ['shop/web', 'ops/tool', '192.0.2.9', '192.0.2.11'];

// https://docs.cilium.io/en/stable/security/policy/layer3/#services-based
describe('services as peers', () => {
  it.each([
    ['with a selector, by name: its pods', named('web', 'shop'), ['allowed', 'denied', 'denied', 'denied']],
    ['of another namespace', named('tool', 'ops'), ['denied', 'allowed', 'denied', 'denied']],
    ['without a namespace: of whatever one', named('tool'), ['denied', 'allowed', 'denied', 'denied']],
    ['without a selector: its endpoints', named('legacy', 'shop'), ['denied', 'denied', 'allowed', 'denied']],
    ['by labels', selected('matchLabels: {tier: front}'), ['allowed', 'allowed', 'denied', 'denied']],
    [
      'by labels, of one namespace',
      selected('matchLabels: {tier: front}', 'shop'),
      ['allowed', 'denied', 'denied', 'denied'],
    ],
    [
      'by expressions',
      selected('matchExpressions: [{key: kind, operator: DoesNotExist}]'),
      ['allowed', 'denied', 'allowed', 'denied'],
    ],
    ['several', `${named('web')}, ${named('legacy')}`, ['allowed', 'denied', 'allowed', 'denied']],
  ])('%s', (_case, entry, expected) => {
    expect(ask([to(entry)], '1.18.0', TARGETS)).toEqual(expected);
  });

  it('with a selector are nobody before 1.17, and the default deny holds', () => {
    const both = to(`${named('web')}, ${named('legacy')}`);
    expect(ask([both], '1.16.4', TARGETS)).toEqual(['denied', 'denied', 'allowed', 'denied']);
    expect(ask([both], undefined, TARGETS)).toEqual(['unknown', 'denied', 'allowed', 'denied']);
    expect(ask([to(named('web'))], '1.15.0', TARGETS)).toEqual(['denied', 'denied', 'denied', 'denied']);
  });

  it('with ports from 1.17 on: before, agents refuse the policy', () => {
    const policy = to(named('legacy'), ', toPorts: [{ports: [{port: "80", protocol: TCP}]}]');
    expect(ask([policy], '1.17.0', TARGETS)).toEqual(['denied', 'denied', 'allowed', 'denied']);
    expect(ask([policy], '1.16.0', TARGETS)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  it('never are a pod by its address', () => {
    const made = [service('shop/byhand', PORTS), slice('shop/byhand', '10.42.0.9')];
    const tool =
      '{apiVersion: v1, kind: Pod, metadata: {name: there, namespace: ops}, spec: {containers: []}, status: {phase: Running, podIP: 10.42.0.9}}';
    expect(ask([...made, tool, to(named('byhand'))], '1.18.0', ['ops/there'])).toEqual(['denied']);
  });

  it.each([
    [
      'a service that is not there',
      to(named('nowhere', 'shop')),
      /names the service shop\/nowhere, which is not in the input/,
    ],
    ['one of another namespace', to(named('tool', 'shop')), /names the service shop\/tool, which is not in the input/],
    [
      'labels that none has',
      to(selected('matchLabels: {tier: none}')),
      /selects services of which none is in the input/,
    ],
    [
      'one whose endpoints nobody says',
      to(named('open')),
      /names the service shop\/open, whose endpoints are not known/,
    ],
    ['one none of whose endpoints is ready', to(named('down')), /shop\/down, whose endpoints are not known/],
    ['one that is a name elsewhere', to(named('alias')), /shop\/alias, which has no endpoints/],
    ['the API server', to(named('kubernetes', 'default')), /default\/kubernetes: whether Cilium/],
    ['no service', to('{}'), /names no service/],
    ['a denial', cnp(`egressDeny: [{toServices: [${named('web')}]}]`), /toServices in a denial/],
    ['pods by labels that Cilium may not see', to(named('hash')), /selects by pod-template-hash/],
  ])('are not known: %s', (_case, policy, reason) => {
    const objects = [
      service('shop/open', PORTS),
      service('shop/down', PORTS),
      slice('shop/down', '192.0.2.20', false),
      service('shop/alias', 'type: ExternalName, externalName: example.com'),
      service('shop/hash', `selector: {pod-template-hash: x}, ${PORTS}`),
      service('default/kubernetes', PORTS),
      slice('default/kubernetes', '192.0.2.1'),
    ];
    const { between } = scene([...OBJECTS, ...objects, policy], { name: 'cilium', version: '1.18.0' });
    const decision = between('shop/db', 'ops/tool').decide('TCP', 80);
    expect(decision).toMatchObject({ outcome: 'unknown', reason: expect.stringMatching(reason) as string });
  });

  it('are refused where the API server would', () => {
    expect(refusalOf(to('{k8sService: {name: web}}'))).toMatch(/k8sService\.name is not a field/);
    expect(refusalOf(to('{k8sServiceSelector: {namespace: shop}}'))).toMatch(/k8sServiceSelector must have a selector/);
  });
});
