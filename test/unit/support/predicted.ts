import { buildInventory } from '../../../src/harness/inventory/build.ts';
import { clusterDns } from '../../../src/harness/inventory/dns.ts';
import type { Inventory } from '../../../src/harness/inventory/model.ts';
import type { EvidenceRequirement } from '../../../src/harness/evidence/schema.ts';
import { cellsOf, type PlannedRequirement } from '../../../src/harness/plan/cells.ts';
import type { CellContext } from '../../../src/harness/plan/context.ts';
import { resolveRequirements } from '../../../src/harness/plan/requests.ts';
import { createPredictor } from '../../../src/harness/predict/predictor.ts';
import { judgeRequirement } from '../../../src/harness/verdict/requirements.ts';
import { parseRequirements } from '../../../src/requirements/index.ts';
import { parseYaml } from '../../../src/source/yaml.ts';

export const REQUIREMENT_FILE = 'net.reach.yaml';

export function inventoryOf(manifests: string): Inventory {
  return buildInventory(
    parseYaml(manifests, 'manifests.yaml', { scalars: 'kubectl' }).map((document) => ({
      object: document.value,
      positionOf: document.positionOf.bind(document),
    })),
  );
}

/** Requirements on manifests, planned as a run on files plans them, unless told otherwise. */
export function planFiles(
  requirements: string,
  manifests: string,
  context: Partial<CellContext> = {},
): { readonly inventory: Inventory; readonly planned: readonly PlannedRequirement[] } {
  const inventory = inventoryOf(manifests);
  const sets = parseRequirements(requirements, REQUIREMENT_FILE);
  const resolved = resolveRequirements(sets, inventory, { tolerant: false });
  const planned = cellsOf(resolved, {
    inventory,
    predictor: createPredictor(inventory),
    dns: clusterDns(inventory).workloads,
    hosts: new Map(),
    observing: false,
    servicesByEndpoints: false,
    ...context,
  });
  return { inventory, planned };
}

/** The predicted verdicts, by requirement id. */
export function judgeFiles(
  requirements: string,
  manifests: string,
  today = '2027-01-15',
): ReadonlyMap<string, EvidenceRequirement> {
  const { planned } = planFiles(requirements, manifests);
  const judged = planned.map((one) => judgeRequirement(one, undefined, { today, replay: (id) => `replay ${id}` }));
  return new Map(judged.map((requirement) => [requirement.id, requirement]));
}

/** `from > to via protocol/port: verdict (predicted)`, one line a cell, as tests read it. */
export function cellLines({ cells }: EvidenceRequirement): readonly string[] {
  return cells.map(
    ({ from, to, via, protocol, port, verdict, predicted }) =>
      `${from} > ${to} ${via ?? ''} ${protocol}/${port}: ${verdict} (${predicted})`,
  );
}

export interface WorkloadText {
  readonly kind?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** As YAML flow: `[{containerPort: 8080, name: http}]`. */
  readonly ports?: string;
  readonly hostNetwork?: boolean;
}

/** One workload as a YAML document. */
export function workload(id: string, { kind = 'Deployment', labels, ports, hostNetwork }: WorkloadText = {}): string {
  const [namespace = '', name = ''] = id.split('/');
  const pod = {
    metadata: { labels: labels ?? { app: name } },
    spec: {
      ...(hostNetwork === undefined ? {} : { hostNetwork }),
      containers: [{ name: 'c', image: 'x', ports: '@' }],
    },
  };
  const selector = { matchLabels: labels ?? { app: name } };
  const spec = kind === 'Pod' ? pod.spec : { selector, template: pod };
  const metadata = { name, namespace, ...(kind === 'Pod' ? pod.metadata : {}) };
  const object = { apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, metadata, spec };
  return JSON.stringify(object).replace('"@"', ports ?? '[]');
}

export function documents(...parts: readonly string[]): string {
  return parts.join('\n---\n');
}
