import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import { inventory, namespace, policy, workload, type PolicySpec } from './fixtures.ts';

/**
 * The topology of the Kubernetes project's own NetworkPolicy tests: namespaces x, y, z, each labelled `ns` with its
 * name; pods a, b, c in each, labelled `pod`, with ports 80 and 81 named for their protocol.
 */
const NAMESPACES = ['x', 'y', 'z'];
const PORTS = (['TCP', 'UDP', 'SCTP'] as const).flatMap((protocol) =>
  [80, 81].map((port) => ({ name: `serve-${port}-${protocol.toLowerCase()}`, protocol, port })),
);
const WORKLOADS = NAMESPACES.flatMap((ns) =>
  ['a', 'b', 'c'].map((name) => workload(`${ns}/${name}`, { pod: name }, { ports: PORTS })),
);

/** Policies by the namespace that they are in; x unless said. */
export type Placed = PolicySpec & { readonly in?: string };

export function topology(...specs: readonly Placed[]): Inventory {
  return inventory({
    namespaces: NAMESPACES.map((name) => namespace(name, { ns: name })),
    workloads: WORKLOADS,
    policies: specs.map((spec, index) => policy(`${spec.in ?? 'x'}/p${index}`, spec)),
  });
}

function find(path: string): Workload {
  if (path === 'outsider') return outsider();
  const found = WORKLOADS.find(({ namespace: ns, name }) => `${ns}/${name}` === path);
  if (!found) throw new RangeError(`no pod ${path} in the topology`);
  return found;
}

/** What is allowed, as text, for each `from > to`; what is unknown is put behind a `?`. */
export function answers(found: Inventory, pairs: readonly string[]): Readonly<Record<string, string>> {
  const predictor = createPredictor(found);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [from = '', to = ''] = pair.split(' > ');
      const { allowed, unknown } = predictor.between(find(from), find(to));
      return [pair, unknown.isEmpty ? allowed.format() : `${allowed.format()} ? ${unknown.format()}`];
    }),
  );
}
