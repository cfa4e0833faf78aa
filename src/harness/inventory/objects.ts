import type { Position } from '../../source/position.ts';
import { Field, isRecord, type PositionOf } from './field.ts';
import { classify, isKnownKind, type Family } from './kinds.ts';
import { checkMetadata } from './metadata.ts';
import { checkDnsLabel, checkDnsSubdomain, checkServiceName } from './names.ts';

/** A Kubernetes object as it was read: from a file, or as the API server gave it. */
export interface SourceObject {
  readonly object: unknown;
  /** Where a value stands; a live object answers with its own name for every path. */
  readonly positionOf: PositionOf;
}

/** An object of a kind that is read, with its identity. */
export interface KubeObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly family: Family;
  /** Empty for an object of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly root: Field;
  readonly position: Position;
}

export const DEFAULT_NAMESPACE = 'default';

/** Items of List objects in place of the lists; those of a typed list (`PodList`) take its kind. */
export function* unfoldLists(source: SourceObject): Generator<SourceObject> {
  const { object } = source;
  const kind = isRecord(object) && typeof object.kind === 'string' ? object.kind : '';
  const items = isRecord(object) ? object.items : undefined;
  if (!isRecord(object) || !kind.endsWith('List') || (!Array.isArray(items) && kind !== 'List')) {
    yield source;
    return;
  }
  const itemKind = kind.slice(0, -'List'.length);
  const list: unknown[] = Array.isArray(items) ? items : [];
  for (const [index, item] of list.entries()) {
    yield* unfoldLists({
      object: isRecord(item) && itemKind !== '' ? { apiVersion: object.apiVersion, kind: itemKind, ...item } : item,
      positionOf: (path, which) => source.positionOf(['items', index, ...path], which),
    });
  }
}

/**
 * The object's identity, with the problems that it has; undefined for what is no Kubernetes object. Who has metadata
 * and one of kind (of ours) and apiVersion means an object: the other is missing. So does who has apiVersion and items.
 */
export function identify({ object, positionOf }: SourceObject): KubeObject | undefined {
  if (!isRecord(object)) return undefined;
  const kind = textOf(object.kind) ?? '';
  const apiVersion = textOf(object.apiVersion) ?? '';
  if (!isNamed(object, kind, apiVersion)) return undefined;
  const { family, clusterScoped, wrong } = classify(kind, apiVersion);
  const metadata = isRecord(object.metadata) ? object.metadata : {};
  const given = textOf(metadata.namespace);
  const namespace = clusterScoped ? '' : (given ?? DEFAULT_NAMESPACE);
  const name = nameOf(metadata);
  const subjectName = `${kind || 'object'} ${namespace === '' ? '' : `${namespace}/`}${name ?? '(without a name)'}`;
  const root = new Field(object, [], { name: subjectName, positionOf, problems: [] });
  if (wrong !== undefined) noteKind(root.get('kind'), wrong);
  if (family !== 'not-used') checkIdentity(root, family, name, given);
  return { kind, apiVersion, family, namespace, name: name ?? '', root, position: positionOf([]) };
}

/** A kind that is no text is wrong for that alone. */
function noteKind(field: Field, { message, hint }: { readonly message: string; readonly hint: string }): void {
  if (field.present && typeof field.value !== 'string') field.text();
  else field.problem(message, { hint });
}

function isNamed(object: Record<string, unknown>, kind: string, apiVersion: string): boolean {
  if (apiVersion !== '' && (kind !== '' || Array.isArray(object.items))) return true;
  return isRecord(object.metadata) && (apiVersion !== '' || isKnownKind(kind));
}

/** The API server ends a generated name itself; until then its beginning is all there is. */
function nameOf({ name, generateName }: Record<string, unknown>): string | undefined {
  return textOf(name) ?? textOf(generateName)?.replace(/-+$/, '');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const CHECKS: Readonly<Partial<Record<Family, (text: string) => string | undefined>>> = {
  namespace: checkDnsLabel,
  service: checkServiceName,
};

function checkIdentity(root: Field, family: Family, name: string | undefined, namespace: string | undefined): void {
  const metadata = root.get('metadata');
  checkMetadata(metadata);
  if (name === undefined) {
    const given = metadata.get('name');
    if (typeof given.value === 'string' || !given.present) metadata.problem('must have a name');
    else given.text();
  } else {
    const wrong = (CHECKS[family] ?? checkDnsSubdomain)(name);
    if (wrong !== undefined) metadata.get('name').problem(`${JSON.stringify(name)} ${wrong}`);
  }
  metadata.get('namespace').text();
  const wrong = namespace === undefined ? undefined : checkDnsLabel(namespace);
  if (wrong !== undefined) metadata.get('namespace').problem(`${JSON.stringify(namespace)} ${wrong}`);
}
