import { MayreachError } from '../../source/error.ts';
import { formatPosition } from '../../source/position.ts';
import { formatPath, isRecord } from './field.ts';
import { groupOf } from './kinds.ts';
import type { KubeObject } from './objects.ts';

/** What a cluster adds to an object: it tells two readings of one object apart, not two objects. */
const SET_BY_CLUSTER = [
  'creationTimestamp',
  'generation',
  'managedFields',
  'namespace',
  'resourceVersion',
  'selfLink',
  'uid',
];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Each object once.
 * @throws MayreachError OBJECT_CONFLICT if an object is there twice with different content
 */
export function dropRepeated(objects: readonly KubeObject[]): KubeObject[] {
  const kept = new Map<string, KubeObject>();
  const unnamed: KubeObject[] = [];
  for (const object of objects) {
    if (object.name === '') {
      unnamed.push(object);
      continue;
    }
    const key = `${object.kind}.${groupOf(object.apiVersion)}/${object.namespace}/${object.name}`;
    const earlier = kept.get(key);
    if (earlier !== undefined) refuseDifference(earlier, object);
    // Of two readings, the one with a status knows more: a pod's phase and addresses.
    if (earlier === undefined || !earlier.root.get('status').present) kept.set(key, object);
  }
  return [...kept.values(), ...unnamed];
}

function refuseDifference(earlier: KubeObject, later: KubeObject): void {
  const path = firstDifference(essence(earlier), essence(later));
  if (path === undefined) return;
  const { name } = later.root.subject;
  throw new MayreachError(
    `${name} is also at ${formatPosition(earlier.position)}, with different content (${formatPath(path)})`,
    { code: 'OBJECT_CONFLICT', position: later.position, hint: 'Keep one of the two, or give them the same content.' },
  );
}

function essence({ root, apiVersion }: KubeObject): Record<string, unknown> {
  const object = without(root.value, ['status']);
  const metadata = without(object.metadata, SET_BY_CLUSTER);
  const annotations = without(metadata.annotations, [LAST_APPLIED]);
  // No annotations and an empty map of them are the same.
  metadata.annotations = Object.keys(annotations).length === 0 ? undefined : annotations;
  return { ...object, apiVersion, metadata };
}

function without(value: unknown, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(isRecord(value) ? value : {}).filter(([key]) => !keys.includes(key)));
}

/** The path of the first value that differs; undefined for equal content. The order of keys does not count. */
function firstDifference(left: unknown, right: unknown): (string | number)[] | undefined {
  if (Object.is(left ?? undefined, right ?? undefined)) return undefined;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return [];
    return differenceIn(left.keys(), (index) => firstDifference(left[index], right[index]));
  }
  if (isRecord(left) && isRecord(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return differenceIn(keys, (key) => firstDifference(left[key], right[key]));
  }
  return [];
}

function differenceIn<Key extends string | number>(
  keys: Iterable<Key>,
  differenceAt: (key: Key) => (string | number)[] | undefined,
): (string | number)[] | undefined {
  for (const key of keys) {
    const path = differenceAt(key);
    if (path !== undefined) return [key, ...path];
  }
  return undefined;
}
