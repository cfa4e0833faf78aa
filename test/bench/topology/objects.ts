/** The few fields of Kubernetes objects that the generated clusters have. */
export interface GeneratedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** What a generated workload is in its namespace: ten to a namespace, as a mid-sized team has them. */
export interface Role {
  readonly name: string;
  readonly tier: 'edge' | 'backend' | 'data' | 'tools';
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: 'TCP' | 'UDP' }[];
}

const tcp = (name: string, port: number): Role['ports'][number] => ({ name, port, protocol: 'TCP' });

export const ROLES: readonly Role[] = [
  { name: 'gateway', tier: 'edge', ports: [tcp('https', 8443), tcp('metrics', 9102)] },
  { name: 'web', tier: 'edge', ports: [tcp('http', 8080), tcp('metrics', 9102)] },
  { name: 'api', tier: 'backend', ports: [tcp('http', 8080), tcp('grpc', 9000), tcp('metrics', 9102)] },
  { name: 'orders', tier: 'backend', ports: [tcp('http', 8080), tcp('metrics', 9102)] },
  { name: 'payments', tier: 'backend', ports: [tcp('http', 8080), tcp('metrics', 9102)] },
  { name: 'worker', tier: 'backend', ports: [tcp('metrics', 9102)] },
  { name: 'db', tier: 'data', ports: [tcp('postgres', 5432), tcp('metrics', 9102)] },
  { name: 'cache', tier: 'data', ports: [tcp('redis', 6379)] },
  { name: 'statsd', tier: 'tools', ports: [{ name: 'statsd', port: 8125, protocol: 'UDP' }, tcp('metrics', 9102)] },
  { name: 'prometheus', tier: 'tools', ports: [tcp('web', 9090)] },
];

/** One namespace of the cluster: three to a team. */
export interface Place {
  readonly index: number;
  readonly name: string;
  readonly team: string;
  readonly stage: 'dev' | 'test' | 'prod';
  /** A range outside the cluster that this namespace talks to. */
  readonly partner: string;
}

const STAGES = ['dev', 'test', 'prod'] as const;

export function placeOf(index: number): Place {
  const team = `team-${Math.floor(index / STAGES.length)}`;
  const stage = STAGES[index % STAGES.length] ?? 'dev';
  const partner = `198.51.${100 + (index % 100)}.0/24`;
  return { index, name: `${team}-${stage}`, team, stage, partner };
}

export function namespaceOf({ name, team, stage }: Place): GeneratedObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team, stage } } };
}

export function deploymentOf(place: Place, role: Role): GeneratedObject {
  const labels = labelsOf(place, role);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: role.name, namespace: place.name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: role.name } },
      template: { metadata: { labels }, spec: podSpec(role) },
    },
  };
}

/** Running pods of a deployment, each with an address of its own, as `kubectl get pods -o yaml` has them. */
export function podOf(place: Place, role: Role, number: number, address: string): GeneratedObject {
  const hash = `${role.name}-6c5d9f7b8`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${hash}-${String(number).padStart(5, 'x')}`,
      namespace: place.name,
      labels: { ...labelsOf(place, role), 'pod-template-hash': '6c5d9f7b8' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: role.name,
          uid: `${place.name}-${role.name}`,
          controller: true,
        },
      ],
    } as GeneratedObject['metadata'],
    spec: { ...podSpec(role), nodeName: `node-${number % 50}` },
    status: { phase: 'Running', podIP: address, podIPs: [{ ip: address }] },
  };
}

export function serviceOf({ name }: Place, role: Role): GeneratedObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: role.name, namespace: name },
    spec: {
      selector: { app: role.name },
      ports: role.ports.map((port) => ({
        name: port.name,
        port: port.port,
        targetPort: port.name,
        protocol: port.protocol,
      })),
    },
  };
}

function labelsOf({ team }: Place, role: Role): Record<string, string> {
  return { app: role.name, tier: role.tier, team, 'app.kubernetes.io/managed-by': 'helm' };
}

function podSpec(role: Role): Record<string, unknown> {
  return {
    containers: [
      {
        name: 'main',
        image: `registry.example/${role.name}:1.4.2`,
        env: [{ name: 'LOG_LEVEL', value: 'info' }],
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        ports: role.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })),
      },
    ],
  };
}
