import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import type { Inventory } from '../../../../../src/harness/inventory/model.ts';
import type { Labels } from '../../../../../src/requirements/selector.ts';
import type { Table } from './table.ts';

/** One case of the Kubernetes project's tests, retold. */
export interface NetpolFact {
  /** As upstream calls it. */
  readonly case: string;
  /** What it shows. */
  readonly says: string;
  readonly steps: readonly NetpolStep[];
}

interface NetpolStep {
  /** Specs of NetworkPolicies, in namespace x unless said. */
  readonly policies: readonly (Readonly<Record<string, unknown>> & { readonly in?: string })[];
  /** Labels that a namespace (`y`) or a pod (`x/b`) has besides its own. */
  readonly labels?: Readonly<Record<string, Labels>>;
  /** By port, as `80/tcp`. */
  readonly table: Readonly<Record<string, Table>>;
}

export type Family = 4 | 6;

const NAMESPACES = ['x', 'y', 'z'];
const LETTERS = ['a', 'b', 'c'];
/** Three namespaces of three pods, as upstream has them. */
export const PODS = NAMESPACES.flatMap((namespace) => LETTERS.map((name) => `${namespace}/${name}`));

export function readFacts(file: string): readonly NetpolFact[] {
  return load(readFileSync(new URL(`netpol/${file}.yaml`, import.meta.url), 'utf8')) as readonly NetpolFact[];
}

/** Each pod serves 80 and 81 over every protocol, by the names that upstream gives these ports. */
export function worldOf({ policies, labels = {} }: NetpolStep, family: Family): Inventory {
  const namespaces = NAMESPACES.map((name) => object('v1', 'Namespace', { name, labels: labels[name] }));
  const pods = PODS.map((path) => podOf(path, labels[path] ?? {}, family));
  const written = policies.map(({ in: namespace = 'x', ...spec }, index) =>
    object('networking.k8s.io/v1', 'NetworkPolicy', { name: `p${index}`, namespace }, { spec: place(spec, family) }),
  );
  return buildInventory(
    [...namespaces, ...pods, ...written].map((one) => ({
      object: one,
      positionOf: () => ({ file: 'netpol.yaml', line: 1, column: 1 }),
    })),
  );
}

function podOf(path: string, labels: Labels, family: Family): object {
  const [namespace = '', name = ''] = path.split('/');
  const ports = ['TCP', 'UDP', 'SCTP'].flatMap((protocol) =>
    [80, 81].map((port) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, protocol, containerPort: port })),
  );
  return object(
    'v1',
    'Pod',
    { name, namespace, labels: { pod: name, ...labels } },
    { spec: { containers: [{ name: 'c', image: 'x', ports }] }, status: { podIP: addressOf(path, family) } },
  );
}

function object(apiVersion: string, kind: string, metadata: object, rest: object = {}): object {
  return { apiVersion, kind, metadata, ...rest };
}

function addressOf(path: string, family: Family): string {
  const at = PODS.indexOf(path) + 1;
  return family === 4 ? `10.0.0.${at}` : `fd00::${at}`;
}

/** Puts addresses where `only(x/b)` and `around(x/b)` stand. */
function place(spec: unknown, family: Family): unknown {
  const text = JSON.stringify(spec)
    .replace(/only\((\w\/\w)\)/g, (_, path: string) => `${addressOf(path, family)}/${family === 4 ? 32 : 128}`)
    .replace(/around\(\w\/\w\)/g, family === 4 ? '0.0.0.0/4' : 'f000::/4');
  return JSON.parse(text) as unknown;
}
