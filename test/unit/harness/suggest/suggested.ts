import { suggest } from '../../../../src/harness/suggest/suggest.ts';
import type { Suggestion } from '../../../../src/harness/suggest/model.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { documents, inventoryOf, REQUIREMENT_FILE, workload } from '../../support/predicted.ts';

export const TODAY = '2027-01-15';

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

/** `spec` as a flow mapping. */
export function object(kind: string, id: string, spec: string): string {
  const [ns = '', name = ''] = id.split('/');
  const api = kind === 'NetworkPolicy' || kind === 'Ingress' ? 'networking.k8s.io/v1' : 'v1';
  return `{apiVersion: ${api}, kind: ${kind}, metadata: {name: ${name}, namespace: ${ns}}, spec: ${spec}}`;
}

/** shop/web, shop/api (8080) and data/db (5432), each labelled `app: name`. */
export const SHOP = documents(
  namespace('shop'),
  namespace('data'),
  workload('shop/web', { ports: '[{containerPort: 80}]' }),
  workload('shop/api', { ports: '[{containerPort: 8080, name: http}]' }),
  workload('data/db', { kind: 'StatefulSet', ports: '[{containerPort: 5432}]' }),
);

/** Of `cases`, as lines of YAML. */
export function suggestFor(cases: string, manifests: string = SHOP, head = ''): Suggestion {
  const text = `requirements: test\n${head}cases:\n${cases
    .trim()
    .split('\n')
    .map((line) => `  - ${line.trim()}\n`)
    .join('')}`;
  return suggest(parseRequirements(text, REQUIREMENT_FILE), inventoryOf(manifests), TODAY);
}

/** The policies as text without their comments, by `namespace/name`. */
export function specs({ policies }: Suggestion): Readonly<Record<string, unknown>> {
  return Object.fromEntries(policies.map(({ id, raw }) => [id, (raw as { readonly spec: unknown }).spec]));
}

/** `from → to connections`, one for each pair of workloads that the suggestion lets connect. */
export function proven({ proof }: Suggestion): {
  readonly notMet: readonly string[];
  readonly excess: readonly string[];
} {
  return {
    notMet: proof.notMet.flatMap(({ requirement: { id, verdict }, reasons }) =>
      reasons.map((reason) => `${id} ${verdict}: ${reason}`),
    ),
    excess: proof.excess.map(
      ({ from, to, connections, certain }) => `${from} → ${to} ${connections.format()}${certain ? '' : ' perhaps'}`,
    ),
  };
}
