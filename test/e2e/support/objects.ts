/** Kubernetes objects as YAML, as short as a test can say them. */

/** A port as `[name:]number/protocol`, as `http:8080/tcp`. */
export type PortText = string;

export interface WorkloadText {
  readonly labels?: string;
  readonly image?: string;
  /** Where the workload's own pods do not matter, none: they cost time. */
  readonly replicas?: number;
  readonly command?: readonly string[];
}

/** `namespace/name`, its pods labelled `app: name`. */
export function deployment(
  id: string,
  ports: readonly PortText[] = [],
  { labels = '', image, replicas = 1, command }: WorkloadText = {},
): string {
  const [namespace = '', name = ''] = id.split('/');
  const all = `{app: ${name}${labels === '' ? '' : `, ${labels}`}}`;
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: ${all}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: '${image ?? 'example.test/app:1'}'
          imagePullPolicy: IfNotPresent
          command: ${JSON.stringify(command ?? ['app'])}
          ports: [${ports.map(portText).join(', ')}]`;
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}, labels: ${JSON.stringify(labels)}}}`;
}

/** Isolates every pod of the namespace in both directions. */
export function defaultDeny(namespaceName: string): string {
  return policy(`${namespaceName}/default-deny`, 'podSelector: {}\npolicyTypes: [Ingress, Egress]');
}

/** `spec` as YAML. */
export function policy(id: string, spec: string): string {
  const [namespaceName = '', name = ''] = id.split('/');
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespaceName}}
spec:
${spec
  .trim()
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}`;
}

/** Selects the pods with `app: name`. `more` goes into its spec. */
export function service(id: string, ports: string, more: Readonly<Record<string, unknown>> = {}): string {
  const [namespaceName = '', name = ''] = id.split('/');
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespaceName}}
spec: {selector: {app: ${name}}, ports: [${ports}]${Object.entries(more)
    .map(([key, value]) => `, ${key}: ${JSON.stringify(value)}`)
    .join('')}}`;
}

/** What every pod needs to ask for a name. */
export const ALLOW_DNS = `
podSelector: {matchLabels: {dns: 'yes'}}
policyTypes: [Egress]
egress:
  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]`;

function portText(port: PortText): string {
  const [, name, number, protocol = 'tcp'] = /^(?:([a-z0-9-]+):)?(\d+)(?:\/(\w+))?$/.exec(port) ?? [];
  return `{${name === undefined ? '' : `name: ${name}, `}containerPort: ${number ?? ''}, protocol: ${protocol.toUpperCase()}}`;
}
