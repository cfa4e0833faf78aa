/** Kubernetes objects as YAML, as short as a test can say them. */

/** A port as `[name:]number/protocol`, as `http:8080/tcp`. */
export type PortText = string;

export interface WorkloadText {
  readonly labels?: string;
  readonly image?: string;
}

/** `namespace/name`, its pods labelled `app: name`. */
export function deployment(
  id: string,
  ports: readonly PortText[] = [],
  { labels = '', image }: WorkloadText = {},
): string {
  const [namespace = '', name = ''] = id.split('/');
  const all = `{app: ${name}${labels === '' ? '' : `, ${labels}`}}`;
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: ${all}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: '${image ?? 'example.test/app:1'}', imagePullPolicy: IfNotPresent, ports: [${ports.map(portText).join(', ')}]}]`;
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

export function service(id: string, ports: string, app = id.split('/')[1] ?? ''): string {
  const [namespaceName = '', name = ''] = id.split('/');
  return `{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: ${namespaceName}}, spec: {selector: {app: ${app}}, ports: [${ports}]}}`;
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
