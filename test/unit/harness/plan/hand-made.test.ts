import { describe, expect, it } from 'vitest';
import type { CellContext } from '../../../../src/harness/plan/context.ts';
import { judgeRequirement } from '../../../../src/harness/verdict/requirements.ts';
import { cellLines, documents, planFiles, workload } from '../../support/predicted.ts';

const SERVICE =
  '{apiVersion: v1, kind: Service, metadata: {name: old, namespace: shop}, spec: {ports: [{name: a, port: 80, targetPort: 1}, {name: b, port: 81}]}}';
const slice = (addresses: string): string =>
  `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: old-1, namespace: shop, labels: {kubernetes.io/service-name: old}}, addressType: IPv4, ports: [{name: a, port: 8080}], endpoints: [{addresses: [${addresses}]}]}`;
const HEADLESS = SERVICE.replace('spec: {', 'spec: {clusterIP: None, ');
/** A pod whose address somebody made an endpoint of. */
const POD =
  '{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop}, spec: {containers: []}, status: {phase: Running, podIP: 10.42.0.9}}';
const POLICY =
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.9.8.7/32}}], ports: [{port: 8080}]}]}}';

interface Asked {
  readonly service?: string;
  readonly slices?: readonly string[];
  readonly expect?: 'mayReach' | 'mayNotReach';
  readonly port?: number;
  readonly context?: Partial<CellContext>;
}

function judged({ service = SERVICE, slices = [], expect: wanted = 'mayNotReach', port = 80, context }: Asked) {
  const manifests = documents(workload('shop/web'), POD, service, ...slices, POLICY);
  const one = `{id: A, from: shop/web, ${wanted}: {service: shop/old}, on: [${port}]}`;
  const { planned } = planFiles(`requirements: t\ncases: [${one}]`, manifests, context);
  return planned.map((found) => judgeRequirement(found, undefined, { today: '2027-01-15', replay: () => '' }));
}

function lines(addresses: string, port: number): readonly string[] {
  return judged({ slices: [slice(addresses)], port }).flatMap(cellLines);
}

it.each([
  ['an address that a rule lets through, at the port of the endpoints', '10.9.8.7', 80, 'violated (allowed)'],
  ['an address that no rule lets through', '10.9.8.8', 80, 'met (denied)'],
  ['one of each', '10.9.8.7, 10.9.8.8', 80, 'violated (mixed)'],
  ['a port to which no endpoint belongs', '10.9.8.7', 81, 'inconclusive (unknown)'],
])('a service without a selector is judged by its endpoints: %s', (_, addresses, port, verdict) => {
  expect(lines(addresses, port)).toEqual([
    `shop/web[Deployment] > shop/old[Service] service-address TCP/${port}: ${verdict}`,
  ]);
});

describe('each of its endpoints is asked, pods and addresses alike,', () => {
  const slices = [slice('10.42.0.9, 10.9.8.7')];
  const cells = [
    'shop/web[Deployment] > shop/db[Pod] pod TCP/8080: met (denied)',
    'shop/web[Deployment] > 10.9.8.7 address TCP/8080: violated (allowed)',
  ];

  it('on a live cluster, where services are not dialled', () => {
    const context = { observing: true, servicesByEndpoints: true };
    expect(judged({ slices, context }).flatMap(cellLines)).toEqual(cells);
    const [reach] = judged({ slices: [slice('10.9.8.7')], expect: 'mayReach', context });
    expect([reach?.verdict, ...(reach === undefined ? [] : cellLines(reach))]).toEqual([
      'met',
      'shop/web[Deployment] > 10.9.8.7 address TCP/8080: met (allowed)',
    ]);
  });

  it('of a headless one, at the port that is dialled', () => {
    const found = judged({ service: HEADLESS, slices });
    expect(found.flatMap(cellLines)).toEqual([
      'shop/web[Deployment] > shop/db[Pod] pod TCP/80: met (denied)',
      'shop/web[Deployment] > 10.9.8.7 address TCP/80: met (denied)',
    ]);
  });

  it('where services themselves are dialled', () => {
    const found = judged({ slices, context: { observing: true, servicesByEndpoints: false } });
    expect(found.flatMap(cellLines)).toEqual([
      'shop/web[Deployment] > shop/old[Service] service-address TCP/80: violated (mixed)',
    ]);
  });
});

describe('what stands behind it is not known, and why,', () => {
  it('on a cluster of the run, which has none of its endpoints', () => {
    const context = { observing: true, servicesByEndpoints: false, isEphemeral: true };
    const [found] = judged({ slices: [slice('10.9.8.8')], context });
    expect(found === undefined ? [] : cellLines(found)).toEqual([
      'shop/web[Deployment] > shop/old[Service] service-address TCP/80: inconclusive (unknown)',
    ]);
    expect(found?.cells[0]?.text).toMatch(/the endpoints that were made for it are not applied to this cluster/);
    const headless = judged({ service: HEADLESS, slices: [slice('10.9.8.8')], context });
    expect(headless.map(({ verdict, cells }) => [verdict, cells])).toEqual([['inconclusive', []]]);
  });

  it('where no EndpointSlice says', () => {
    const context = { observing: true, servicesByEndpoints: true };
    const [found] = judged({ context });
    expect(found).toMatchObject({
      verdict: 'inconclusive',
      cells: [],
      leftOut: ['shop/old[Service]: it has no selector, and no EndpointSlice that was read says what stands behind it'],
    });
  });
});
