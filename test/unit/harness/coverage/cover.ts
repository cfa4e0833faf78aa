import { coverageOf, type Coverage } from '../../../../src/harness/coverage/coverage.ts';
import type { EvidenceFinding } from '../../../../src/harness/evidence/schema.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import type { Predictor } from '../../../../src/harness/predict/model.ts';
import type { AuditRules, CoverageException } from '../../../../src/requirements/model.ts';
import { selects } from '../../../../src/requirements/selector.ts';
import { inventoryOf } from '../inventory/from-yaml.ts';

export const TODAY = '2026-11-15';
export const at = (line: number) => ({ file: 'shop.reach.yaml', line, column: 1 });

/** Who isolates whom, told from the policies alone. */
export function oracleOf({ policies, workloads }: Inventory): Pick<Predictor, 'isolatedBy' | 'selectedBy'> {
  return {
    isolatedBy: (workload, direction) =>
      policies
        .filter(({ namespace, directions }) => namespace === workload.namespace && directions.includes(direction))
        .filter(({ podSelector }) => selects(podSelector, workload.labels))
        .map(({ id, position }) => ({ policy: id, position })),
    selectedBy: (id) => {
      const policy = policies.find((candidate) => candidate.id === id);
      return workloads.filter(
        ({ namespace, labels }) => policy?.namespace === namespace && selects(policy.podSelector, labels),
      );
    },
  };
}

export function cover(documents: readonly string[], audit?: Partial<AuditRules>): Coverage {
  const inventory = inventoryOf(documents.join('\n---\n'));
  const audits =
    audit === undefined ? [] : [{ critical: [], defaultDeny: [], exceptions: [], position: at(1), ...audit }];
  return coverageOf(inventory, oracleOf(inventory), audits, TODAY);
}

export function find(coverage: Coverage, rule: string): EvidenceFinding[] {
  return coverage.findings.filter((finding) => finding.rule === rule);
}

/** `object direction`, with a `!` where it fails. */
export function short(findings: readonly EvidenceFinding[]): string[] {
  return findings.map(({ object = '', direction = '', fails }) => `${object} ${direction}${fails ? '!' : ''}`);
}

export const namespace = (name: string, labels = '') =>
  `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}, labels: {${labels}}}}`;
export const workload = (name: string, spec = '') =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}, namespace: shop},
    spec: {template: {metadata: {labels: {app: ${name}}}, spec: {${spec}}}}}`;
export const policy = (name: string, spec: string) =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: ${spec}}`;
export const DENY_ALL = policy('deny', '{podSelector: {}, policyTypes: [Ingress, Egress]}');
export const DENY_INGRESS = policy('deny', '{podSelector: {}, policyTypes: [Ingress]}');

export function exception(scope: CoverageException['scope'], rest: Partial<CoverageException> = {}): CoverageException {
  return {
    scope,
    directions: ['ingress', 'egress'],
    because: 'legacy',
    approvedBy: 'board',
    until: '2026-12-31',
    position: at(9),
    ...rest,
  };
}
export const SHOP = { kind: 'namespace', namespace: 'shop' } as const;
export const WEB = { kind: 'workload', namespace: 'shop', name: 'web' } as const;
