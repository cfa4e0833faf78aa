import { PROTOCOLS, type Protocol } from '../../../../src/requirements/model.ts';
import type { Labels } from '../../../../src/requirements/selector.ts';
import type { KubeManifest } from '../../../../src/harness/clusters/api/model.ts';
import type { StandInDemand } from '../../../../src/harness/clusters/standins/model.ts';
import type { ContainerPort } from '../../../../src/harness/inventory/model.ts';
import type { PolicyWords } from '../../../unit/harness/predict/policy-arbitraries.ts';

/** Where every pod and the host outside listen. */
export const LISTEN = { TCP: [80, 81, 8080], UDP: [53, 80] } as const;

const NAMESPACE_LABELS: Readonly<Record<string, Labels>> = {
  'diff-x': { env: 'x' },
  'diff-y': { env: 'y' },
  'diff-z': {},
};
export const NAMESPACES: readonly string[] = Object.keys(NAMESPACE_LABELS);
/** Where the sentinels are: no random policy is put there. */
export const SENTINEL_NAMESPACE = 'diff-sentinel';

const port = (name: string, number: number, protocol: Protocol = 'TCP'): ContainerPort => ({
  name,
  protocol,
  port: number,
});

/** `http` is another number from pod to pod, `web` and `dns` are the same wherever there is one. */
const PODS: Readonly<Record<string, { readonly labels: Labels; readonly ports?: readonly ContainerPort[] }>> = {
  'diff-x/a': { labels: { app: 'x' }, ports: [port('http', 80), port('dns', 53, 'UDP')] },
  'diff-x/b': { labels: { app: 'y', tier: 'x' }, ports: [port('http', 8080)] },
  'diff-x/c': { labels: { tier: 'y' } },
  'diff-y/a': { labels: { app: 'x', tier: 'x' }, ports: [port('http', 80), port('dns', 53, 'UDP')] },
  'diff-y/b': { labels: { app: 'z' }, ports: [port('web', 81), port('dns', 53, 'UDP')] },
  'diff-y/c': { labels: {} },
  'diff-z/a': { labels: { app: 'y' }, ports: [port('http', 81), port('web', 81)] },
  'diff-z/b': { labels: { app: 'z', tier: 'z' }, ports: [port('http', 80)] },
};

export const namespaceManifests: readonly KubeManifest[] = [
  ...Object.entries(NAMESPACE_LABELS),
  [SENTINEL_NAMESPACE, {}] as const,
].map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }));

export const podDemands: readonly StandInDemand[] = Object.entries(PODS).map(([id, { labels, ports = [] }]) => {
  const [namespace = ''] = id.split('/');
  return { id, namespace, labels, serviceAccount: 'default', ports, listen: LISTEN };
});

/** On the host network, where ports below 1024 are not for everybody. */
export const nodeDemand: StandInDemand = {
  id: 'diff-z/node',
  namespace: 'diff-z',
  labels: { app: 'x' },
  serviceAccount: 'default',
  ports: [],
  listen: { TCP: [8080], UDP: [8053] },
};

/** What random policies speak of. The addresses are the run's own; at each place in the list stands the same kind. */
export function wordsFor({ outside, pod }: { readonly outside: string; readonly pod: string }): PolicyWords {
  const near = (bits: 8 | 16 | 24): string =>
    `${[...outside.split('.').slice(0, bits / 8), 0, 0, 0].slice(0, 4).join('.')}/${bits}`;
  return {
    namespaces: NAMESPACES,
    keys: ['app', 'tier'],
    values: ['x', 'y', 'z'],
    portNames: ['http', 'web', 'dns'],
    ports: [53, 79, 80, 81, 8080, 65535],
    protocols: PROTOCOLS,
    blocks: [
      { cidr: '0.0.0.0/0' },
      { cidr: '0.0.0.0/0', except: [`${outside}/32`] },
      { cidr: '0.0.0.0/0', except: [near(16)] },
      { cidr: near(8), except: [near(16)] },
      { cidr: near(16), except: [near(24)] },
      { cidr: near(24) },
      { cidr: `${outside}/32` },
      { cidr: `${pod}/32` },
      { cidr: '10.0.0.0/8' },
      { cidr: '::/0' },
    ],
  };
}
