import type { GeneratedObject, Place } from './objects.ts';

type Spec = Record<string, unknown>;

const app = (...names: readonly string[]): Spec =>
  names.length === 1 && names[0] !== undefined
    ? { matchLabels: { app: names[0] } }
    : { matchExpressions: [{ key: 'app', operator: 'In', values: [...names] }] };
const tier = (name: string): Spec => ({ matchLabels: { tier: name } });
const on = (...ports: readonly (number | string)[]): Spec[] => ports.map((port) => ({ protocol: 'TCP', port }));
const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
};
const INTERNET = { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } };

/**
 * Ten policies to a namespace, with what real ones have: default deny, the DNS rule, tiers by label and by expression,
 * other namespaces of the team, named ports, a port range, address blocks with exceptions.
 */
export function policiesOf(place: Place): readonly GeneratedObject[] {
  const { team, stage, partner } = place;
  const siblings = { matchLabels: { team, stage: stage === 'dev' ? 'test' : 'dev' } };
  const specs: Readonly<Record<string, Spec>> = {
    'default-deny': { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    'allow-dns': { podSelector: {}, policyTypes: ['Egress'], egress: [DNS] },
    'gateway-from-world': ingress(app('gateway'), [{ from: [INTERNET], ports: on('https') }]),
    'web-from-gateway': ingress(app('web'), [{ from: [{ podSelector: app('gateway') }], ports: on('http') }]),
    'backend-from-edge': ingress(tier('backend'), [
      { from: [{ podSelector: app('web', 'worker') }], ports: on('http') },
      { from: [{ namespaceSelector: siblings, podSelector: app('api') }], ports: [...on('http'), ...on(9000)] },
    ]),
    'data-from-backend': ingress(tier('data'), [{ from: [{ podSelector: tier('backend') }], ports: on(5432, 6379) }]),
    'statsd-from-all': ingress(app('statsd'), [
      { from: [{ podSelector: {} }], ports: [{ protocol: 'UDP', port: 8125 }] },
    ]),
    'metrics-from-prometheus': ingress(
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['cache', 'prometheus'] }] },
      [{ from: [{ podSelector: app('prometheus') }], ports: on('metrics') }],
    ),
    'egress-inside': {
      podSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['edge', 'backend'] }] },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }] },
        { to: [{ namespaceSelector: siblings }], ports: [{ protocol: 'TCP', port: 8000, endPort: 9100 }] },
        { to: [{ ipBlock: { cidr: partner, except: [partner.replace('.0/24', '.128/25')] } }], ports: on(443) },
      ],
    },
    'egress-of-prometheus': {
      podSelector: app('prometheus'),
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: {} }], ports: on(9102) }],
    },
  };
  return Object.entries(specs).map(([name, spec]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: place.name },
    spec,
  }));
}

function ingress(podSelector: Spec, rules: readonly Spec[]): Spec {
  return { podSelector, policyTypes: ['Ingress'], ingress: rules };
}
