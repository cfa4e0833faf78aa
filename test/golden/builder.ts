import type {
  Evidence,
  EvidenceAttempt,
  EvidenceCell,
  EvidenceCoverage,
  EvidenceDecision,
  EvidenceFinding,
  EvidenceRequirement,
  Outcome,
} from '../../src/harness/evidence/schema.ts';
import { EVIDENCE_SCHEMA } from '../../src/harness/evidence/schema.ts';
import type { Position } from '../../src/source/position.ts';

type Side = EvidenceDecision['egress'];

export function at(file: string, line: number, column = 5): Position {
  return { file, line, column };
}

/** `namespace/name[Deployment]`. */
export function deployment(name: string): string {
  return `${name}[Deployment]`;
}

export function openSide(): Side {
  return { outcome: 'allowed', isolatedBy: [], allowedBy: [] };
}

export function allowedSide(policy: string, direction: 'ingress' | 'egress', rule: number, position: Position): Side {
  const isolatedBy = [{ policy, position: at(position.file, position.line - 6, 3) }];
  return { outcome: 'allowed', isolatedBy, allowedBy: [{ policy, direction, rule, position }] };
}

export function deniedSide(policy: string, position: Position): Side {
  return { outcome: 'denied', isolatedBy: [{ policy, position }], allowedBy: [] };
}

export function decide(egress: Side, ingress: Side): EvidenceDecision {
  const outcomes = [egress.outcome, ingress.outcome];
  const outcome = outcomes.includes('denied') ? 'denied' : outcomes.includes('unknown') ? 'unknown' : 'allowed';
  return { outcome, egress, ingress };
}

/** Two attempts, half a second apart, that came to the same. */
export function attempts(outcome: Outcome, { durationMs = 2.5, to = '10.42.0.7:5432', pod = 'data/probe' } = {}): EvidenceAttempt[] {
  return [0, 1].map((n) => ({
    at: `2026-11-20T10:00:1${n}.${n === 0 ? '000' : '500'}Z`,
    durationMs: durationMs + n,
    outcome,
    address: to,
    localPort: 41_000 + n,
    ...(outcome === 'refused' ? { errno: 'ECONNREFUSED' } : {}),
    ...(outcome === 'timed-out' ? { errno: 'ETIMEDOUT' } : {}),
    ...(outcome === 'open'
      ? { responder: { pod, uid: 'b6c2', reachedAt: to, sawSource: `10.42.0.9:${41_000 + n}` } }
      : {}),
  }));
}

export function cell(from: string, to: string, change: Partial<EvidenceCell> = {}): EvidenceCell {
  return {
    from,
    to,
    protocol: 'TCP',
    port: 8080,
    predicted: 'allowed',
    observed: null,
    verdict: 'met',
    basis: 'predicted',
    attributedTo: 'policy',
    text: 'the policies allow it',
    ...change,
  };
}

export function requirement(id: string, change: Partial<EvidenceRequirement> = {}): EvidenceRequirement {
  return {
    id,
    set: 'shop',
    owner: 'team-payments',
    expect: 'mayReach',
    from: ['web'],
    to: ['api'],
    on: ['8080/tcp'],
    controls: [],
    expired: false,
    position: at('shop.reach.yaml', 14),
    verdict: 'met',
    basis: 'predicted',
    text: 'the policies allow every cell',
    replay: `mayreach run examples/shop --only ${id}`,
    leftOut: [],
    cells: [],
    ...change,
  };
}

export function coverage(object: string, direction: 'ingress' | 'egress', isolatedBy: string[] = [], change: Partial<EvidenceCoverage> = {}): EvidenceCoverage {
  return {
    object,
    namespace: object.split('/')[0] ?? '',
    direction,
    isolatedBy: isolatedBy.map((policy) => ({ policy, position: at('manifests/policies.yaml', 3, 1) })),
    hostNetwork: false,
    ...change,
  };
}

export function finding(rule: string, change: Partial<EvidenceFinding> = {}): EvidenceFinding {
  return { rule, severity: 'warning', message: `${rule} was found`, fails: false, ...change };
}

export function evidence(change: Partial<Omit<Evidence, 'schema'>> = {}): Evidence {
  return {
    schema: EVIDENCE_SCHEMA,
    run: {
      id: 'run-7f3a',
      tool: { name: 'mayreach', version: '0.1.0' },
      command: ['mayreach', 'run', 'examples/shop'],
      startedAt: '2026-11-20T10:00:00.000Z',
      endedAt: '2026-11-20T10:00:01.250Z',
    },
    cluster: {
      source: 'manifests',
      probed: false,
      plugin: { name: 'unknown' },
      images: {},
      canaries: [],
      changes: [],
    },
    inventory: { files: [], namespaces: [], workloads: [], services: [], policies: [], notes: [] },
    requirements: [],
    findings: [],
    coverage: [],
    ...change,
  };
}
