import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Labels } from '../../../../../src/requirements/selector.ts';

/** A published example, retold. */
export interface PublishedExample {
  readonly example: string;
  /** Of an example that is taken: what it says. */
  readonly says?: string;
  readonly policies: readonly ExamplePolicy[];
  readonly namespaces?: Readonly<Record<string, Labels>>;
  /** Their labels; each serves TCP 80 and `web-alt`, TCP 8090. */
  readonly pods?: Readonly<Record<string, Labels>>;
  readonly cells?: readonly string[];
  readonly refused?: string;
}

/** An admin policy of an API version, or a NetworkPolicy `in` a namespace. */
interface ExamplePolicy {
  readonly kind?: 'v1alpha1' | 'v1alpha2';
  readonly baseline?: true;
  readonly in?: string;
  readonly spec: unknown;
}

export function readPublished(): readonly PublishedExample[] {
  return ['stories', 'examples'].flatMap((name) => {
    const file = new URL(`admin/${name}.yaml`, import.meta.url);
    return load(readFileSync(file, 'utf8')) as readonly PublishedExample[];
  });
}

/** The manifests, as JSON documents of a YAML text. */
export function manifestsOf({ policies, namespaces = {}, pods = {} }: PublishedExample): string {
  const ports = [
    { containerPort: 80, name: 'web' },
    { containerPort: 8090, name: 'web-alt' },
  ];
  return [
    ...[...new Set(Object.keys(pods).map((path) => path.split('/')[0] ?? ''))].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: namespaces[name] },
    })),
    ...Object.entries(pods).map(([path, labels]) => {
      const [namespace, name] = path.split('/');
      const spec = { containers: [{ name: 'c', image: 'x', ports }] };
      return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec };
    }),
    ...policies.map(policyOf),
  ]
    .map((object) => JSON.stringify(object))
    .join('\n---\n');
}

function policyOf({ kind: version, baseline, in: namespace, spec }: ExamplePolicy, index: number): object {
  const metadata = { name: baseline ? 'default' : `p${index}`, ...(namespace !== undefined && { namespace }) };
  if (version === undefined) return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
  const v1alpha1 = baseline ? 'BaselineAdminNetworkPolicy' : 'AdminNetworkPolicy';
  const kind = version === 'v1alpha1' ? v1alpha1 : 'ClusterNetworkPolicy';
  return { apiVersion: `policy.networking.k8s.io/${version}`, kind, metadata, spec };
}
