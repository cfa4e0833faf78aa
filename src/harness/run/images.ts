import type { PlacedPod } from '../clusters/standins/model.ts';
import type { Evidence } from '../evidence/schema.ts';

type Images = Evidence['cluster']['images'];

/** What ran, as it was named and as the nodes know it: a tag may mean another image tomorrow. */
export function imagesOf(named: Omit<Images, 'probeIds'>, pods: readonly Pick<PlacedPod, 'imageId'>[]): Images {
  const probeIds = [...new Set(pods.flatMap(({ imageId }) => imageId ?? []))].sort();
  return { ...named, ...(probeIds.length === 0 ? {} : { probeIds }) };
}
