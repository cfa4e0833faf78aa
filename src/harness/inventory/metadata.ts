import { didYouMean } from '../../source/suggest.ts';
import type { Field } from './field.ts';
import { readLabels } from './labels.ts';
import { checkLabelKey } from './names.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
const METADATA = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'finalizers',
  'managedFields',
  'ownerReferences',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'resourceVersion',
  'selfLink',
  'uid',
  // Of clusters before 1.27.
  'clusterName',
];

/** Notes what the API server refuses in the metadata of an object, or of the pods of a template. */
export function checkMetadata(metadata: Field): void {
  metadata.allowOnly(METADATA);
  readLabels(metadata.get('labels'));
  for (const [key, member] of metadata.get('annotations').entries()) {
    const wrongKey = checkLabelKey(key.toLowerCase());
    if (wrongKey !== undefined) member.problem(wrongKey.replace('label key', 'annotation key'), { which: 'key' });
    member.text();
  }
}

/**
 * Notes members that were most likely meant to be one of `used`, such as `hostnetwork`. For maps of which not every
 * member is known here; `others` are some that are near and right.
 */
export function checkSpelling(field: Field, used: readonly string[], others: readonly string[]): void {
  for (const [key, member] of field.entries()) {
    const hint = used.includes(key) || others.includes(key) ? undefined : didYouMean(key, used);
    if (hint !== undefined) member.problem('is not a field that Kubernetes knows', { which: 'key', hint });
  }
}
