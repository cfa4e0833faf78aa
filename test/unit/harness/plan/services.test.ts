import { describe, expect, it } from 'vitest';
import { cellLines, documents, judgeFiles, workload } from '../../support/predicted.ts';

const namespace = '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}';
const web = workload('shop/web');
const api = workload('shop/api', { ports: '[{containerPort: 8080, name: http}]' });
const service = (spec: string) =>
  `{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {${spec}}}`;
const policy = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: api, namespace: shop},
  spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 8080}]}]}}`;

function lines(one: string, spec: string): readonly string[] {
  const judged = judgeFiles(`requirements: t\ncases: [${one}]`, documents(namespace, web, api, service(spec), policy));
  return [...judged.values()].flatMap(cellLines);
}

// https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
describe('a headless service without ports', () => {
  const headless = 'clusterIP: None, selector: {app: api}';

  it('is dialled at what its pods declare', () => {
    expect(lines('{id: A, from: shop/web, mayNotReach: {service: shop/api}}', headless)).toEqual([
      'shop/web[Deployment] > shop/api[Deployment] pod TCP/8080: met (denied)',
    ]);
    expect(lines('{id: A, from: shop/web, mayReach: {service: shop/api}, on: [http]}', headless)).toEqual([
      'shop/web[Deployment] > shop/api[Service] service-name TCP/8080: violated (denied)',
    ]);
  });

  it('has no others', () => {
    expect(() => lines('{id: A, from: shop/web, mayReach: {service: shop/api}, on: [9]}', headless)).toThrow(
      expect.objectContaining({ code: 'PORT_UNKNOWN', hint: 'Its ports: 8080/tcp (http)' }),
    );
  });
});

describe('a service as the destination of addresses', () => {
  it('is its pods, at the target ports', () => {
    const balanced = 'type: LoadBalancer, selector: {app: api}, ports: [{port: 80, targetPort: http}]';
    const ask = (cidr: string, expected: string) =>
      lines(`{id: A, from: {cidr: ${cidr}}, ${expected}: {service: shop/api}, on: [80]}`, balanced);
    expect(ask('203.0.113.0/25', 'mayReach')).toEqual([
      '203.0.113.0/25 > shop/api[Deployment] address TCP/8080: met (allowed)',
    ]);
    expect(ask('203.0.114.0/24', 'mayNotReach')).toEqual([
      '203.0.114.0/24 > shop/api[Deployment] address TCP/8080: met (denied)',
    ]);
  });
});

describe('a service that leads nowhere', () => {
  it.each([
    [
      'selector: {app: none}, ports: [{port: 80}]',
      /^It is at manifests\.yaml:7:1, and no workload .* the labels app=none$/,
    ],
    [
      'selector: {app: api}, ports: [{port: 80, targetPort: web}]',
      /its pods \(shop\/api\[Deployment\]\) declare no port/,
    ],
  ])('says why: %s', (spec, hint) => {
    expect(() => lines('{id: A, from: shop/web, mayReach: {service: shop/api}, on: [80]}', spec)).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_SELECTS_NOTHING', hint: expect.stringMatching(hint) as string }),
    );
  });
});

it('a pod to itself always works', () => {
  const pod =
    '{apiVersion: v1, kind: Pod, metadata: {name: one, namespace: shop}, spec: {containers: [{ports: [{containerPort: 1}]}]}}';
  expect(() =>
    judgeFiles('requirements: t\ncases: [{id: A, from: shop/one, mayReach: shop/one}]', documents(namespace, pod)),
  ).toThrow(
    expect.objectContaining({
      code: 'CASE_WITHOUT_CELLS',
      hint: expect.stringMatching(/^A single pod to itself/) as string,
    }),
  );
});

// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
describe('a host by whose name pods look up a service', () => {
  const ask = (host: string) =>
    lines(
      `{id: A, from: shop/web, mayNotReach: {host: ${host}}, on: [8080]}`,
      'selector: {app: api}, ports: [{port: 8080}]',
    );

  it.each(['api', 'api.shop'])('is refused: %s', (host) => {
    expect(() => ask(host)).toThrow(
      expect.objectContaining({ code: 'REQUIREMENT_INVALID', hint: 'A service is written {service: shop/api}' }),
    );
  });

  it.each(['shop', 'api.other', 'api.example.com'])('is outside if no service has it: %s', (host) => {
    expect(ask(host)).toHaveLength(1);
  });
});
