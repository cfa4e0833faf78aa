import { describe, expect, it, vi } from 'vitest';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import { contradictionsOf } from '../../../../src/harness/plan/contradictions.ts';
import { documents, planFiles, workload } from '../../support/predicted.ts';

const service =
  '{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}}';
const EXTERNAL = [
  '{apiVersion: v1, kind: Service, metadata: {name: old, namespace: shop}, spec: {ports: [{port: 80}]}}',
  '{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: old-1, namespace: shop, labels: {kubernetes.io/service-name: old}}, addressType: IPv4, ports: [{port: 8080}], endpoints: [{addresses: [203.0.113.7]}]}',
];
const manifests = documents(
  ...EXTERNAL,
  workload('shop/web'),
  workload('shop/api', { ports: '[{containerPort: 8080}]' }),
  service,
);

function examples(...cases: readonly string[]): readonly string[] {
  const text = `requirements: t\ncases:\n${cases.map((one) => `  - ${one}`).join('\n')}`;
  return contradictionsOf(planFiles(text, manifests).planned).map(({ example }) => example);
}

describe('cases that contradict each other', () => {
  it.each([
    [
      'a range and an address of it',
      '{id: A, from: shop/web, mayReach: {cidr: 203.0.113.7/32}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {cidr: 203.0.113.0/24}}',
      'shop/web[Deployment] → 203.0.113.7/32 TCP 443',
    ],
    [
      'a host that is written as an address, and its range',
      '{id: A, from: shop/web, mayReach: {host: 203.0.113.7}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {cidr: 203.0.113.0/24}}',
      'shop/web[Deployment] → 203.0.113.7 TCP 443',
    ],
    [
      'a host that is written as an address, and everywhere',
      '{id: A, from: shop/web, mayReach: {cidr: 0.0.0.0/0}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {host: 203.0.113.7}}',
      'shop/web[Deployment] → 0.0.0.0/0 TCP 443',
    ],
    [
      'a service without a selector, and a range that holds an endpoint of it, at its port there',
      '{id: A, from: shop/web, mayReach: {cidr: 203.0.113.0/24}, on: [8080]}',
      '{id: B, from: shop/web, mayNotReach: {service: shop/old}}',
      'shop/web[Deployment] → 203.0.113.0/24 TCP 8080',
    ],
    [
      'sources that share addresses',
      '{id: A, from: {cidr: 203.0.113.0/25}, mayReach: shop/api, on: [8080]}',
      '{id: B, from: {cidr: 203.0.113.0/24}, mayNotReach: shop/api, on: [8000-9000]}',
      '203.0.113.0/25 → shop/api[Deployment] TCP 8080',
    ],
    [
      'a service and the pods behind it, at the target port',
      '{id: A, from: shop/web, mayReach: {service: shop/api}}',
      '{id: B, from: shop/web, mayNotReach: shop/api, on: [8080]}',
      'shop/web[Deployment] → shop/api[Deployment] TCP 8080',
    ],
  ])('%s', (_case, may, mayNot, example) => {
    expect(examples(may, mayNot)).toEqual([example]);
  });

  it.each([
    [
      'ranges that share nothing',
      '{id: A, from: shop/web, mayReach: {cidr: 203.0.113.7/32}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {cidr: 203.0.114.0/24}}',
    ],
    [
      'a host of the other family, and everywhere',
      '{id: A, from: shop/web, mayReach: {cidr: 0.0.0.0/0}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {host: "fd00::7"}}',
    ],
    [
      'a service without a selector, at its own port, which is none of its endpoint',
      '{id: A, from: shop/web, mayReach: {cidr: 203.0.113.0/24}, on: [80]}',
      '{id: B, from: shop/web, mayNotReach: {service: shop/old}}',
    ],
    [
      'a name, and everywhere: which addresses it has is not known',
      '{id: A, from: shop/web, mayReach: {cidr: 0.0.0.0/0}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {host: a.example.com}}',
    ],
    [
      'other ports',
      '{id: A, from: shop/web, mayReach: {cidr: 203.0.113.7/32}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {cidr: 203.0.113.0/24}, on: [443/udp]}',
    ],
    [
      'a host: which addresses it has is not known',
      '{id: A, from: shop/web, mayReach: {host: a.example.com}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {cidr: 203.0.113.0/24}}',
    ],
  ])('not: %s', (_case, may, mayNot) => {
    expect(examples(may, mayNot)).toEqual([]);
  });
});

it('compares cases of the same ends only where they share a port: not each with each', () => {
  const cases = Array.from({ length: 100 }, (_, at) => {
    const expects = at % 2 === 0 ? 'mayReach' : 'mayNotReach';
    return `  - {id: C-${at}, from: shop/web, ${expects}: shop/api, on: [${1000 + (at === 99 ? 0 : at)}]}`;
  });
  const { planned } = planFiles(`requirements: t\ncases:\n${cases.join('\n')}`, manifests);
  const intersect = vi.spyOn(ConnectionSet.prototype, 'intersect');
  const found = contradictionsOf(planned).map(({ may, mayNot }) => `${may.id} ${mayNot.id}`);
  expect(found).toEqual(['C-0 C-99']);
  expect(intersect).toHaveBeenCalledTimes(1);
  intersect.mockRestore();
});
