import { z } from 'zod';
import { basis, direction, outcome, position, timestamp, verdict } from './schema-parts.ts';
import type { canary } from './schema-run.ts';
import { cluster, inventory, run } from './schema-run.ts';

/**
 * The record of one run: the only thing that exit codes, suites and reports are made of.
 * `schema/evidence.schema.json` is generated from this file. Additions keep the version; a changed meaning raises it.
 */
export const EVIDENCE_SCHEMA = 'mayreach.evidence/v1';

const policyRef = z.strictObject({ policy: z.string().describe('namespace/name'), position });
const ruleRef = z.strictObject({
  policy: z.string(),
  direction,
  rule: z.int().describe('index in spec.ingress or spec.egress, from 0'),
  position,
});

/** One side of a prediction: the source's egress, or the destination's ingress. */
const side = z.strictObject({
  outcome: z.enum(['allowed', 'denied', 'unknown']),
  isolatedBy: z.array(policyRef).describe('policies that select this end for this direction; empty: not isolated'),
  allowedBy: z.array(ruleRef).describe('rules that let the connection through'),
  exempt: z.string().optional().describe('why no policy applies'),
  unknown: z.string().optional(),
});
const decision = z.strictObject({
  outcome: z.enum(['allowed', 'denied', 'unknown']),
  egress: side,
  ingress: side,
  reason: z.string().optional().describe('why unknown, or what was assumed'),
});

const responder = z.strictObject({
  pod: z.string().describe('namespace/name of the probe pod that answered'),
  uid: z.string(),
  reachedAt: z.string().describe('address:port at which the responder was reached, as it saw it'),
  sawSource: z.string().describe('source address:port as the responder saw it'),
});
const attempt = z.strictObject({
  at: timestamp,
  durationMs: z.number(),
  outcome,
  errno: z.string().optional(),
  address: z.string().optional(),
  localPort: z.int().optional(),
  responder: responder.optional(),
  receiverSaw: z.boolean().optional().describe('UDP: whether the receiver reports the datagram'),
});

/** The connection that had to succeed for a "blocked" to count. */
const control = z.strictObject({
  kind: z.enum(['allowed-peer', 'itself', 'unisolated-peer', 'none']),
  from: z.string().optional(),
  outcome,
  text: z.string(),
});

const cell = z.strictObject({
  from: z.string().describe('namespace/name[Kind], an address range, or outsider'),
  to: z.string().describe('as from; a service is namespace/name[Service], a host its name'),
  via: z.enum(['pod', 'service-name', 'service-address', 'host-name', 'address']).optional(),
  family: z.enum(['IPv4', 'IPv6']).optional(),
  address: z.string().optional(),
  protocol: z.enum(['TCP', 'UDP', 'SCTP', 'any']),
  port: z.union([z.int(), z.string()]).describe('a number; a range `from-to` or `any` where only predicted'),
  predicted: z.enum(['allowed', 'denied', 'unknown', 'mixed']),
  observed: outcome.nullable().describe('null: not observed, the verdict is predicted'),
  verdict,
  basis,
  attributedTo: z
    .enum(['policy', 'network', 'dns', 'nothing'])
    .describe('what decided: a policy, the network without or against the policies, name resolution, or nothing'),
  text: z.string().describe('one sentence: why this verdict'),
  missing: z.string().optional().describe('inconclusive or untested: what was missing, and how to get it'),
  decision: decision.optional(),
  control: control.optional(),
  attempts: z.array(attempt).optional(),
});

const requirement = z.strictObject({
  id: z.string(),
  set: z.string(),
  owner: z.string().optional(),
  expect: z.enum(['mayReach', 'mayNotReach']),
  from: z.array(z.string()),
  to: z.array(z.string()),
  on: z.array(z.string()),
  because: z.string().optional(),
  controls: z.array(z.string()),
  ticket: z.string().optional(),
  expires: z.string().optional(),
  expired: z.boolean(),
  accepted: z
    .strictObject({
      because: z.string(),
      approvedBy: z.string(),
      until: z.string(),
      active: z.boolean().describe('true until the end of that day: the violation is reported but does not fail'),
    })
    .optional(),
  position,
  verdict,
  basis,
  text: z.string().describe('one sentence: the verdict and what it rests on'),
  replay: z.string().describe('the command that repeats this requirement alone'),
  leftOut: z.array(z.string()).describe('members that an endpoint such as anyone leaves out, with the reason'),
  cells: z.array(cell),
});

const finding = z.strictObject({
  rule: z.string().describe('stable id, as uncovered-pod'),
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  object: z.string().optional().describe('what it is about, as shop/web[Deployment]'),
  direction: direction.optional(),
  position: position.optional(),
  /** Set when a requirement file's audit: block makes this fail. */
  requiredBy: position.optional(),
  exception: z
    .strictObject({ because: z.string(), approvedBy: z.string(), until: z.string(), ended: z.boolean() })
    .optional(),
  fails: z.boolean().describe('true: the exit status is 1 because of it'),
  allows: z
    .array(
      z.strictObject({
        from: z.array(z.string()).describe('workload ids, namespace/* for all of a namespace, or address ranges'),
        to: z.array(z.string()),
        connections: z.string().describe('all, or as TCP 80,443,8000-8080; UDP 53'),
        pairs: z.int().describe('how many pairs of a source and a destination'),
      }),
    )
    .optional()
    .describe('undocumented-allow: all of it, each source with each destination'),
});

const coverage = z.strictObject({
  object: z.string().describe('workload id'),
  namespace: z.string(),
  direction,
  isolatedBy: z.array(policyRef),
  hostNetwork: z.boolean(),
  position: position.optional().describe('where the workload is written'),
  exception: z
    .strictObject({ because: z.string(), approvedBy: z.string(), until: z.string(), ended: z.boolean() })
    .optional(),
});

export const evidenceSchema = z.strictObject({
  schema: z.literal(EVIDENCE_SCHEMA),
  run,
  cluster,
  inventory,
  requirements: z.array(requirement),
  findings: z.array(finding),
  coverage: z.array(coverage),
});

export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceRequirement = z.infer<typeof requirement>;
export type EvidenceCell = z.infer<typeof cell>;
export type EvidenceFinding = z.infer<typeof finding>;
export type EvidenceCoverage = z.infer<typeof coverage>;
export type EvidenceAttempt = z.infer<typeof attempt>;
export type EvidenceControl = z.infer<typeof control>;
export type EvidenceDecision = z.infer<typeof decision>;
export type EvidenceCanary = z.infer<typeof canary>;
export type Verdict = z.infer<typeof verdict>;
export type Basis = z.infer<typeof basis>;
export type Outcome = z.infer<typeof outcome>;
