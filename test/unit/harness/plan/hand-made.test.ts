import { expect, it } from 'vitest';
import { judgeRequirement } from '../../../../src/harness/verdict/requirements.ts';
import { cellLines, documents, planFiles, workload } from '../../support/predicted.ts';

const SERVICE =
  '{apiVersion: v1, kind: Service, metadata: {name: old, namespace: shop}, spec: {ports: [{name: a, port: 80, targetPort: 1}, {name: b, port: 81}]}}';
const slice = (addresses: string): string =>
  `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: old-1, namespace: shop, labels: {kubernetes.io/service-name: old}}, addressType: IPv4, ports: [{name: a, port: 8080}], endpoints: [{addresses: [${addresses}]}]}`;
const POLICY =
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.9.8.7/32}}], ports: [{port: 8080}]}]}}';

function lines(addresses: string, port: number): readonly string[] {
  const manifests = documents(workload('shop/web'), SERVICE, slice(addresses), POLICY);
  const one = `{id: A, from: shop/web, mayNotReach: {service: shop/old}, on: [${port}]}`;
  return planFiles(`requirements: t\ncases: [${one}]`, manifests).planned.flatMap((planned) =>
    cellLines(judgeRequirement(planned, undefined, { today: '2027-01-15', replay: () => '' })),
  );
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
