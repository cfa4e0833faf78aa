import { expect, it } from 'vitest';
import { assumedDns, clusterDns } from '../../../../src/harness/inventory/dns.ts';
import { inventoryOf } from './from-yaml.ts';

const deployment = (namespace: string, label: string) =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: coredns, namespace: ${namespace}},
    spec: {template: {metadata: {labels: {${label}}}}}}`;

it('assumes the cluster DNS where the input holds none, and says so', () => {
  const dns = clusterDns(inventoryOf(deployment('other', 'k8s-app: kube-dns')));
  expect(dns.workloads).toEqual([assumedDns()]);
  expect(dns.assumption?.text).toContain('kube-dns is assumed');
  expect(assumedDns()).toMatchObject({
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-dns' },
    assumed: true,
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  });
});

it('takes the cluster DNS of the input', () => {
  const dns = clusterDns(inventoryOf(deployment('kube-system', 'k8s-app: kube-dns')));
  expect(dns.workloads.map(({ id }) => id)).toEqual(['kube-system/coredns[Deployment]']);
  expect(dns.assumption).toBeUndefined();
});
