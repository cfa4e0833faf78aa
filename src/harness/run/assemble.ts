import type { AuditRules } from '../../requirements/model.ts';
import { coverageOf } from '../coverage/coverage.ts';
import { EVIDENCE_SCHEMA, type Evidence, type EvidenceFinding } from '../evidence/schema.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { PlannedRequirement } from '../plan/cells.ts';
import { contradictionsOf } from '../plan/contradictions.ts';
import type { Predictor } from '../predict/model.ts';
import { undocumentedFindings } from '../undocumented/findings.ts';
import { disagreements } from '../verdict/disagreements.ts';
import type { ObservedRun } from '../verdict/observed-run.ts';
import { judgeRequirement } from '../verdict/requirements.ts';
import type { RunOptions } from './options.ts';
import { replayOf } from './replay.ts';

/** What a run has come to before it is weighed. */
export interface RunFacts {
  readonly runId: string;
  readonly startedAt: string;
  /** When the verdicts were told; absent: they are not told yet. RFC 3339, UTC. */
  readonly endedAt?: string;
  readonly inventory: Inventory;
  readonly files: Evidence['inventory']['files'];
  readonly predictor: Predictor;
  readonly planned: readonly PlannedRequirement[];
  readonly observed?: ObservedRun;
  readonly cluster: Evidence['cluster'];
  readonly notes: readonly string[];
}

/** The record of the run: verdicts, findings and coverage, with everything that they rest on. */
export function assembleEvidence(facts: RunFacts, options: RunOptions): Evidence {
  const { inventory, predictor } = facts;
  const today = facts.startedAt.slice(0, 10);
  const requirements = facts.planned
    .filter(({ requirement }) => options.only?.includes(requirement.id) !== false)
    .map((planned) =>
      judgeRequirement(planned, facts.observed, {
        today,
        replay: replayOf(options),
        ...unenforcedBy(inventory.plugin),
      }),
    );
  const audits = options.sets.flatMap(({ audit }): AuditRules[] => (audit === undefined ? [] : [audit]));
  const { rows, findings } = coverageOf(inventory, predictor, audits, today);
  return {
    schema: EVIDENCE_SCHEMA,
    run: runOf(facts, options),
    cluster: facts.cluster,
    inventory: inventoryOf(facts),
    requirements,
    findings: [
      ...contradictionFindings(facts.planned),
      ...disagreements(requirements),
      ...(options.only === undefined ? findings : findings.map(unasked)),
      ...undocumentedFindings(inventory, predictor, facts.planned, today),
    ],
    coverage: [...rows],
  };
}

/** A network without a policy engine takes policies and ignores them. */
function unenforcedBy({ name, seenBy }: Inventory['plugin']): { readonly unenforced?: string } {
  if (name !== 'none') return {};
  return { unenforced: `nothing enforces policies here (${(seenBy ?? ['--plugin none']).join('; ')})` };
}

function runOf({ runId, startedAt, endedAt }: RunFacts, { about, now, sets }: RunOptions): Evidence['run'] {
  return {
    id: runId,
    tool: { name: 'mayreach', version: about.version, ...(about.sha256 && { sha256: about.sha256 }) },
    command: [...about.command],
    startedAt,
    endedAt: endedAt ?? now().toISOString(),
    requirementFiles: requirementFilesOf(sets),
    ...(about.git === undefined ? {} : { git: about.git }),
    ...(about.ci === undefined ? {} : { ci: about.ci }),
    ...(about.user === undefined ? {} : { user: about.user }),
  };
}

/** A file may hold several sets. */
function requirementFilesOf(sets: RunOptions['sets']): Evidence['run']['requirementFiles'] {
  const files = new Map(sets.map(({ file, sha256 }) => [file, sha256]));
  return [...files].map(([path, sha256]) => ({ path, ...(sha256 === undefined ? {} : { sha256 }) }));
}

function inventoryOf({ inventory, files, predictor, notes }: RunFacts): Evidence['inventory'] {
  return {
    files: [...files],
    namespaces: inventory.namespaces.map(({ name, labels, defined }) => ({ name, labels: { ...labels }, defined })),
    workloads: inventory.workloads.map(workloadOf),
    services: inventory.services.map(({ id, type, ports }) => ({
      id,
      type,
      ports: ports.map(({ port, protocol, targetPort }) => `${port}/${protocol} to ${targetPort}`),
    })),
    policies: inventory.policies.map(({ id, directions, position, raw }) => ({
      id,
      directions: [...directions],
      selects: predictor.selectedBy(id).map((workload) => workload.id),
      position,
      raw,
    })),
    notes: [...inventory.notes.map((note) => ({ ...note })), ...notes.map((text) => ({ text }))],
  };
}

function workloadOf({ id, labels, ports, hostNetwork, pods }: Workload): Evidence['inventory']['workloads'][number] {
  return {
    id,
    labels: { ...labels },
    ports: ports.map(({ name, port, protocol }) => `${name === undefined ? '' : `${name}: `}${port}/${protocol}`),
    hostNetwork,
    pods: pods.map(({ name, node, addresses }) => ({
      name,
      addresses: [...addresses],
      ...(node === undefined ? {} : { node }),
    })),
  };
}

/** With `--only` some requirements are asked and no `audit:` block is: what it demands is told, and fails nothing. */
function unasked(finding: EvidenceFinding): EvidenceFinding {
  return finding.fails ? { ...finding, severity: 'warning', fails: false } : finding;
}

function contradictionFindings(planned: readonly PlannedRequirement[]): readonly EvidenceFinding[] {
  return contradictionsOf(planned).map(({ may, message }) => ({
    rule: 'requirements-contradict',
    severity: 'warning',
    message,
    object: may.id,
    position: may.position,
    fails: false,
  }));
}
