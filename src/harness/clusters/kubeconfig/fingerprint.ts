import type { KubeObject } from '../api/model.ts';

/** What policies see of an object, part by part, as comparable text. */
export type Fingerprint = Readonly<Record<string, string>>;

/** Everything else (status, bookkeeping, annotations) may change without touching who reaches whom. */
export function fingerprint(kind: string, object: KubeObject): Fingerprint {
  const { labels, deletionTimestamp } = object.metadata;
  if (kind === 'Namespace') {
    return { labels: stable(labels), 'being deleted': String(deletionTimestamp !== undefined) };
  }
  if (kind === 'Pod') {
    const { phase, podIPs } = (object.status ?? {}) as PodStatus;
    return {
      labels: stable(labels),
      addresses: stable(podIPs?.map(({ ip }) => ip)),
      // A finished pod counts no more; between Pending and Running its address tells.
      finished: String(phase === 'Succeeded' || phase === 'Failed'),
      'being deleted': String(deletionTimestamp !== undefined),
    };
  }
  // A Cilium policy may hold `specs` in place of `spec`; policies of Calico select its network sets by their labels.
  const ofSets = kind.endsWith('NetworkSet') ? { labels: stable(labels) } : {};
  return { spec: stable(object.spec), specs: stable(object.specs), ...ofSets };
}

interface PodStatus {
  readonly phase?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
}

/** What of it changed; empty: nothing that counts. */
export function changedParts(before: Fingerprint, after: Fingerprint): readonly string[] {
  return Object.keys(after).filter((part) => before[part] !== after[part]);
}

/** In words, with before and after where they are short. */
export function describeChange(before: Fingerprint, after: Fingerprint): string {
  return changedParts(before, after)
    .map((part) => describePart(part, before[part] ?? '', after[part] ?? ''))
    .join('; ');
}

const READABLE = 200;

function describePart(part: string, before: string, after: string): string {
  return before.length + after.length > READABLE ? part : `${part} ${before} -> ${after}`;
}

/** JSON with sorted keys: the server need not keep an order. */
function stable(value: unknown): string {
  if (value === undefined) return 'none';
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
