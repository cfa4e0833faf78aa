import type { Position } from '../../source/position.ts';
import { didYouMean, nearest } from '../../source/suggest.ts';
import { formatEndpoint } from '../format.ts';
import type { Endpoint, EndpointRef, NamespaceChoice } from '../model.ts';
import { addressHint, readCidr, readHost } from './addresses.ts';
import { isRecord, quote, type Input, type Members } from './input.ts';
import { namespaceProblem, objectNameProblem } from './labels.ts';
import { EVERYTHING, readSelector } from './selector.ts';

/** As messages say what an endpoint is. */
export const ENDPOINT =
  'an endpoint (a declared name, namespace/workload, outsider, anyone, or a map as {service: shop/api})';
const KEYS = ['namespace', 'namespaces', 'pods', 'service', 'host', 'cidr'] as const;
const FORMS =
  '{namespace: data, pods: {app: postgres}}, {namespaces: {env: prod}}, {service: shop/api}, {host: …} or {cidr: …}';
const KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
] as const;

type Key = (typeof KEYS)[number];
type Kind = Exclude<Key, 'namespace' | 'namespaces' | 'pods'>;

/** Endpoints by the names that a set declares; null for one that could not be read. */
export type Declared = ReadonlyMap<string, EndpointRef | null>;

/** An endpoint where one is named: by a declared name, or written out. */
export function readEndpointRef(input: Input, declared: Declared): EndpointRef | null {
  const made = input.source.madeEndpoint?.(input.value);
  if (made !== undefined) return named(made, declared, input.position);
  const { value, position } = input;
  if (typeof value === 'string' && declared.has(value)) {
    const declaration = declared.get(value) ?? null;
    return declaration && { endpoint: declaration.endpoint, label: value, position };
  }
  const endpoint = readEndpoint(input, [...declared.keys()]);
  return endpoint && { endpoint, label: typeof value === 'string' ? value : formatEndpoint(endpoint), position };
}

/** An endpoint that a builder made and that the set declares goes by its declared name. */
function named(made: EndpointRef, declared: Declared, position: Position): EndpointRef {
  for (const [label, ref] of declared) {
    if (ref?.endpoint === made.endpoint) return { endpoint: made.endpoint, label, position };
  }
  return made;
}

/** An endpoint that is written out. `names` are those that could have stood here instead, for suggestions. */
export function readEndpoint(input: Input, names: readonly string[]): Endpoint | null {
  if (typeof input.value === 'string') return readText(input, input.value, names);
  if (!isRecord(input.value)) return input.expected(ENDPOINT);
  const given = Object.keys(input.value);
  if (given.length > 0 && given.every((key) => nearest(key, KEYS) === undefined)) {
    return input.problem(
      `an endpoint needs one of the keys ${KEYS.join(', ')}, but this one has only \`${given.join(', ')}\``,
      { hint: strangersHint(given) },
    );
  }
  const members = input.record(KEYS, ENDPOINT);
  return members && readMap(input, members);
}

/** What people mean by a map of other keys: one of the forms that are a text, or labels. */
function strangersHint(keys: readonly string[]): string {
  const [key, other] = keys;
  if (other === undefined && key === 'workload') return 'A workload is written namespace/name, without a key.';
  if (other === undefined && (key === 'outsider' || key === 'anyone')) return `Write ${key} alone.`;
  const labels = keys.map((label) => `${label}: …`).join(', ');
  return `Labels alone do not say where: write {namespace: …, pods: {${labels}}}.`;
}

function readMap(input: Input, members: Members<Key>): Endpoint | null {
  const kinds = KEYS.filter((key) => key !== 'pods').filter((key) => members.has(key));
  const [kind, second] = kinds;
  if (kind === undefined) {
    return input.problem('`namespace` or `namespaces` is missing: it says where the pods are', {
      hint: `An endpoint is one of ${FORMS}.`,
    });
  }
  if (second !== undefined) {
    members.get(second)?.problem(`\`${kind}\` and \`${second}\` exclude each other in one endpoint`, {
      hint: 'Name two endpoints, in a list.',
      at: 'key',
    });
    return null;
  }
  if (kind === 'namespace' || kind === 'namespaces') return readPods(members);
  members.get('pods')?.problem(`\`pods\` does not go with \`${kind}\``, { at: 'key' });
  return members.read(kind, READERS[kind]);
}

const READERS: Record<Kind, (input: Input) => Endpoint | null> = {
  service: readService,
  host(input) {
    const host = readHost(input);
    return host === null ? null : { kind: 'host', host };
  },
  cidr(input) {
    const cidr = readCidr(input);
    return cidr === null ? null : { kind: 'cidr', cidr };
  },
};

function readPods(members: Members<Key>): Endpoint | null {
  const pods = members.read('pods', readSelector) ?? EVERYTHING;
  const namespaces = readNamespaces(members);
  return namespaces && { kind: 'pods', namespaces, pods };
}

/** `namespace`, a name, or `namespaces`, labels. */
export function readNamespaces(members: Members<'namespace' | 'namespaces'>): NamespaceChoice | null {
  const byLabels = members.get('namespaces');
  if (byLabels !== null) {
    if (typeof byLabels.value === 'string' || Array.isArray(byLabels.value)) {
      return byLabels.expected('labels of namespaces, as {env: prod}', {
        hint: 'One namespace by its name is `namespace: data`; several are several endpoints, in a list.',
      });
    }
    return { by: 'labels', selector: readSelector(byLabels) };
  }
  const name = members.read('namespace', readNamespace);
  return name === null ? null : { by: 'name', name };
}

export function readNamespace(input: Input): string | null {
  if (isRecord(input.value)) {
    return input.expected('the name of a namespace', { hint: 'By labels it is `namespaces: {env: prod}`.' });
  }
  const name = input.text('the name of a namespace');
  if (name === null) return null;
  const wrong = namespaceProblem(name);
  return wrong === undefined ? name : input.problem(`${quote(name)} is not the name of a namespace: it ${wrong}`);
}

function readText(input: Input, text: string, names: readonly string[]): Endpoint | null {
  if (text === 'outsider' || text === 'anyone') return { kind: text };
  if (text.includes('/')) {
    const workload = readWorkload(input, text);
    return workload && { kind: 'workload', ...workload };
  }
  if (text.trim() === '') return input.expected(ENDPOINT);
  const known = names.length === 0 ? 'This set declares none' : `Declared are ${names.join(', ')}`;
  return input.problem(`${quote(text)} is not an endpoint that this set declares`, {
    hint:
      addressHint(text) ??
      didYouMean(text, [...names, 'outsider', 'anyone']) ??
      `${known}; a workload is written namespace/name.`,
  });
}

/** `namespace/name`, with the workload's kind behind it where the name alone is not enough: `shop/web[Deployment]`. */
export function readWorkload(
  input: Input,
  text: string,
): { namespace: string; name: string; workloadKind?: string } | null {
  const [, namespace = '', name = '', kind] = /^([^/[\]]*)\/([^/[\]]*)(?:\[([^[\]]*)\])?$/.exec(text) ?? [];
  if (name === '*' && namespaceProblem(namespace) === undefined) {
    return input.problem(`${quote(text)} is not a workload`, {
      hint: `All of a namespace: {namespace: ${namespace}}.`,
    });
  }
  if (namespaceProblem(namespace) !== undefined || objectNameProblem(name) !== undefined) {
    const isNetwork = /^[\d.:a-f]+\/\d+$/.test(text);
    return input.problem(`${quote(text)} is not a workload: it must be namespace/name, both as Kubernetes names them`, {
      hint: isNetwork ? `A network is written {cidr: ${text}}.` : portHint(text),
    });
  }
  if (kind === undefined) return { namespace, name };
  const known = KINDS.find((other) => other === kind);
  if (known !== undefined) return { namespace, name, workloadKind: known };
  return input.problem(`${quote(kind)} is not a kind of workload: it must be one of ${KINDS.join(', ')}`, {
    hint: didYouMean(kind, KINDS),
  });
}

function readService(input: Input): Endpoint | null {
  const text = input.text('a service as namespace/name');
  if (text === null) return null;
  const [namespace = '', name = '', ...more] = text.split('/');
  if (more.length === 0 && namespaceProblem(namespace) === undefined && namespaceProblem(name) === undefined) {
    return { kind: 'service', namespace, name };
  }
  return input.problem(`${quote(text)} is not a service: it must be namespace/name, both as Kubernetes names them`, {
    hint: portHint(text),
  });
}

function portHint(text: string): string | undefined {
  return /^[^:]+:[\w-]+$/.test(text) ? 'The port belongs in `on`.' : undefined;
}
