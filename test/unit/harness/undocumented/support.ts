import type { EvidenceFinding } from '../../../../src/harness/evidence/schema.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { undocumentedFindings } from '../../../../src/harness/undocumented/findings.ts';
import { documents, planFiles, workload } from '../../support/predicted.ts';

export const TODAY = '2027-01-15';

export function findingsOf(requirements: string, ...manifests: readonly string[]): readonly EvidenceFinding[] {
  const { inventory, planned } = planFiles(requirements, documents(...manifests));
  return undocumentedFindings(inventory, createPredictor(inventory), planned, TODAY);
}

/** One line for each block of each allow: `shop/db rule 1 ingress: TCP 5432 from shop/api to shop/db`. */
export function allowLines(findings: readonly EvidenceFinding[]): readonly string[] {
  return findings.flatMap(({ object, direction, allows = [] }) =>
    allows.map(({ from, to, connections }) => {
      const ends = `from ${from.map(short).join(', ')} to ${to.map(short).join(', ')}`;
      return `${short(object ?? '')} ${direction ?? ''}: ${connections} ${ends}`;
    }),
  );
}

function short(name: string): string {
  return name.replace('[Deployment]', '').replace('0.0.0.0-255.255.255.255', 'all addresses');
}

/** A policy of the namespace shop, at a line that tests can name. */
export function policy(name: string, spec: string, namespace = 'shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}`;
}

export const NAMESPACES = '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}';
export const WEB = workload('shop/web', { ports: '[{containerPort: 8080, name: http}]' });
export const API = workload('shop/api', { ports: '[{containerPort: 3000, name: http}]' });
export const DB = workload('shop/db', { ports: '[{containerPort: 5432}]' });
export const DENY = policy('deny', '{podSelector: {}, policyTypes: [Ingress, Egress]}');
/** Lets everything out, so that ingress alone decides. */
export const OUT = policy('out', '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}');

export function cases(...lines: readonly string[]): string {
  const items = lines.map((line, index) => `  - {id: C-${index + 1}, ${line}}`);
  return `requirements: shop\ncases:\n${items.join('\n')}\n`;
}
/** A case that is true and documents nothing here. */
export const NOTHING = cases('from: outsider, mayNotReach: {cidr: 192.0.2.0/32}');
