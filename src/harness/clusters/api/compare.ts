/** What the cluster keeps otherwise than it was asked to. */
export interface Difference {
  /** `spec.ingress[0].from`. */
  readonly field: string;
  readonly asked: unknown;
  readonly kept: unknown;
}

/**
 * The first field in which `kept` differs from `asked`. A field that was not asked for may be there only if `added`
 * allows it: the API's own defaults. An empty list, an empty map of labels and null mean the same as nothing.
 */
export function firstDifference(
  asked: unknown,
  kept: unknown,
  added: (field: string, kept: unknown) => boolean,
  field: string,
): Difference | undefined {
  if (isNothing(asked, field) && (isNothing(kept, field) || added(field, kept))) return undefined;
  if (Array.isArray(asked) && Array.isArray(kept) && asked.length === kept.length) {
    return firstOf(asked.keys(), (index) => firstDifference(asked[index], kept[index], added, `${field}[${index}]`));
  }
  if (isMap(asked) && isMap(kept)) {
    const keys = new Set([...Object.keys(asked), ...Object.keys(kept)]);
    return firstOf(keys, (key) => firstDifference(asked[key], kept[key], added, `${field}.${key}`));
  }
  return asked === kept ? undefined : { field, asked, kept };
}

/**
 * What the API server adds to a NetworkPolicy; anything else that appears was put there by somebody.
 * https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function isPolicyDefault(field: string, kept: unknown): boolean {
  if (field === 'spec.policyTypes') return true;
  if (field === 'spec.podSelector') return isMap(kept) && Object.keys(kept).length === 0;
  return kept === 'TCP' && /\.ports\[\d+\]\.protocol$/.test(field);
}

function firstOf<T>(keys: Iterable<T>, difference: (key: T) => Difference | undefined): Difference | undefined {
  for (const key of keys) {
    const found = difference(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** An empty selector selects everything, so `{}` is nothing only where it is a map of labels. */
function isNothing(value: unknown, field: string): boolean {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return true;
  return /\.(matchLabels|labels)$/.test(field) && isMap(value) && Object.keys(value).length === 0;
}
