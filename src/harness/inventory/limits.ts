import { MayreachError } from '../../source/error.ts';
import { isPolicyFamily } from './kinds.ts';
import type { KubeObject } from './objects.ts';

/** The API server takes no longer request. https://github.com/kubernetes/apiserver/blob/v0.34.4/pkg/server/config.go */
const LONGEST_REQUEST = 3 * 2 ** 20;
/** Ten times what the largest clusters hold of the kinds that are read. */
const MOST_OBJECTS = 200_000;

/** @throws MayreachError INPUT_TOO_LARGE for a policy that is too long for the API server */
export function checkSize({ family, kind, root, position }: KubeObject): void {
  if (!isPolicyFamily(family)) return;
  const { length } = JSON.stringify(root.value);
  if (length <= LONGEST_REQUEST) return;
  throw new MayreachError(`the ${kind} has ${length} characters as JSON; the API server takes ${LONGEST_REQUEST}`, {
    code: 'INPUT_TOO_LARGE',
    position,
    hint: 'Make several policies of it.',
  });
}

/** @throws MayreachError INPUT_TOO_LARGE */
export function checkCount(objects: readonly KubeObject[]): void {
  const last = objects[MOST_OBJECTS];
  if (last === undefined) return;
  throw new MayreachError(`the manifests hold more than ${MOST_OBJECTS} objects of the kinds that are read`, {
    code: 'INPUT_TOO_LARGE',
    position: last.position,
    hint: 'Leave out what the requirements are not about.',
  });
}
