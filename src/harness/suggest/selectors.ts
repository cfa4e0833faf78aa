import { selects, type Labels, type LabelSelector } from '../../requirements/selector.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { variantsOf } from '../predict/ends/variants.ts';
import { isLasting, preference } from './label-keys.ts';

/** A selector, and what it selects. */
export interface Selection {
  readonly selector: LabelSelector;
  /** The workload that is meant and, where labels do not tell them apart, others; sorted by id. */
  readonly workloads: readonly Workload[];
}

/** A workload with the labels of each kind of its pods, those left out that do not outlive a rollout. */
interface Neighbour {
  readonly workload: Workload;
  readonly variants: readonly Labels[];
}

/** How many labels are combined before all of them are taken. */
const MOST_COMBINED = 3;

/**
 * Finds, for each workload, the shortest selector from its own labels that selects no other workload of its namespace.
 * Where another carries all of its labels and more, a label that only the other has must not exist.
 */
export class Selectors {
  readonly #byNamespace: ReadonlyMap<string, readonly Neighbour[]>;
  readonly #known = new Map<Workload, Selection>();

  constructor({ workloads }: Pick<Inventory, 'workloads'>) {
    const pods = workloads.filter(({ hostNetwork }) => !hostNetwork);
    this.#byNamespace = Map.groupBy(pods.map(asNeighbour), ({ workload }) => workload.namespace);
  }

  of(workload: Workload): Selection {
    const known = this.#known.get(workload);
    if (known !== undefined) return known;
    const neighbours = this.#byNamespace.get(workload.namespace) ?? [];
    const found = select(neighbours.find((one) => one.workload === workload) ?? asNeighbour(workload), neighbours);
    this.#known.set(workload, found);
    return found;
  }
}

function asNeighbour(workload: Workload): Neighbour {
  return { workload, variants: variantsOf(workload).map(({ labels }) => lasting(labels)) };
}

function lasting(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isLasting(key)));
}

function select(meant: Neighbour, neighbours: readonly Neighbour[]): Selection {
  const others = neighbours.filter((one) => one !== meant);
  const labels = common(meant.variants);
  const alike = others.filter((other) => isSelected(other, labels, []));
  const matchLabels = shortest(labels, (chosen) =>
    others.every((other) => alike.includes(other) || !isSelected(other, chosen, [])),
  );
  const absent = keysToRefuse(meant, alike, matchLabels);
  const left = alike.filter((other) => isSelected(other, matchLabels, absent));
  return {
    selector: {
      matchLabels,
      matchExpressions: absent.map((key) => ({ key, operator: 'DoesNotExist' as const, values: [] })),
    },
    workloads: [meant, ...left].map(({ workload }) => workload).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The fewest labels, the most telling ones first, of which `isEnough` holds; it holds for all of them. */
function shortest(labels: Labels, isEnough: (chosen: Labels) => boolean): Labels {
  const keys = Object.keys(labels).sort(preference);
  // A selector without any label would take in whatever comes into the namespace later.
  for (let size = 1; size <= Math.min(MOST_COMBINED, keys.length); size += 1) {
    for (const chosen of combinations(keys, size)) {
      const picked = pick(labels, chosen);
      if (isEnough(picked)) return picked;
    }
  }
  return pick(labels, keys);
}

function* combinations(keys: readonly string[], size: number, from = 0): Generator<readonly string[]> {
  if (size === 0) yield [];
  else {
    for (const [index, key] of keys.entries()) {
      if (index < from) continue;
      for (const rest of combinations(keys, size - 1, index + 1)) yield [key, ...rest];
    }
  }
}

/** Keys that none of the meant pods has, until as few others are selected as can be. */
function keysToRefuse(meant: Neighbour, alike: readonly Neighbour[], matchLabels: Labels): readonly string[] {
  const own = new Set(meant.variants.flatMap((labels) => Object.keys(labels)));
  const chosen: string[] = [];
  let left = alike;
  while (left.length > 0) {
    const refused = (key: string): number =>
      left.filter((other) => !isSelected(other, matchLabels, [...chosen, key])).length;
    const candidates = [...new Set(left.flatMap(({ variants }) => variants.flatMap((labels) => Object.keys(labels))))]
      .filter((key) => !own.has(key))
      .sort(preference)
      .map((key) => ({ key, count: refused(key) }));
    const best = candidates.reduce((top, one) => (one.count > top.count ? one : top), { key: '', count: 0 });
    if (best.count === 0) break;
    chosen.push(best.key);
    left = left.filter((other) => isSelected(other, matchLabels, chosen));
  }
  return chosen;
}

/** Whether some of its pods are selected. */
function isSelected({ variants }: Neighbour, matchLabels: Labels, absent: readonly string[]): boolean {
  return variants.some(
    (labels) =>
      selects({ matchLabels, matchExpressions: [] }, labels) && absent.every((key) => !Object.hasOwn(labels, key)),
  );
}

/** The labels that all of them have. */
function common(variants: readonly Labels[]): Labels {
  const [first = {}, ...others] = variants;
  return Object.fromEntries(
    Object.entries(first).filter(([key, value]) =>
      others.every((labels) => Object.hasOwn(labels, key) && labels[key] === value),
    ),
  );
}

function pick(labels: Labels, keys: readonly string[]): Labels {
  return Object.fromEntries(keys.map((key) => [key, labels[key] ?? '']));
}
