import type { Position } from '../../../source/position.ts';
import type { Caller } from './call.ts';
import { firstDifference, isPolicyDefault } from './compare.ts';
import { KubeApiError } from './errors.ts';
import type { CallOptions, KubeManifest, KubeObject } from './model.ts';
import { formatObject } from './paths.ts';

export const FIELD_MANAGER = 'mayreach';

/** What a server writes into an object's metadata; another cluster must not be given it. */
const SERVER_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
  'ownerReferences',
  'finalizers',
] as const;

/**
 * Server-side apply of raw JSON, then a read of its own: what is stored must be what was asked for. The generated
 * client models cannot do this: their NetworkPolicy loses `from:`, and a policy without `from` admits everyone.
 */
export async function applyObject(
  caller: Caller,
  path: string,
  object: KubeManifest,
  options: CallOptions & { readonly position?: Position } = {},
): Promise<KubeObject> {
  const { position, ...callOptions } = options;
  const { kind, metadata } = object;
  const named = formatObject({
    kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  });
  try {
    await caller.send({
      ...callOptions,
      method: 'PATCH',
      path,
      verb: 'apply',
      object: named,
      query: { fieldManager: FIELD_MANAGER, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: withoutServerFields(object),
    });
    const { text } = await caller.send({ ...callOptions, method: 'GET', path, verb: 'get', object: named });
    const kept = JSON.parse(text) as KubeObject;
    compare(object, kept, named);
    return kept;
  } catch (error) {
    if (position === undefined || !(error instanceof KubeApiError)) throw error;
    const { code, hint, status, reason } = error;
    throw new KubeApiError(error.message, { code, hint, status, reason, position, cause: error });
  }
}

/** The object without what a server wrote into it. */
export function withoutServerFields(object: KubeManifest): KubeManifest {
  const rest = Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'status' && key !== 'metadata'));
  const dropped: readonly string[] = SERVER_FIELDS;
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !dropped.includes(key)));
  return {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...metadata, name: object.metadata.name },
  };
}

/** A policy must be kept to the letter; of other objects, every field that was asked for. */
function compare(asked: KubeManifest, kept: KubeObject, named: string): void {
  const added = asked.kind === 'NetworkPolicy' ? isPolicyDefault : () => true;
  const difference =
    firstDifference(asked['spec'], kept['spec'], added, 'spec') ??
    firstDifference(asked.metadata.labels, kept.metadata.labels, () => true, 'metadata.labels');
  if (difference === undefined) return;
  const { field, asked: wanted, kept: found } = difference;
  throw new KubeApiError(
    `the cluster keeps ${named} otherwise than it was sent: ${field} is ${show(found)} instead of ${show(wanted)}`,
    { code: 'OBJECT_REFUSED', hint: 'A webhook or a controller of the cluster changes such objects: ask its owner.' },
  );
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
