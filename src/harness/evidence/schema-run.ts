import { z } from 'zod';
import { direction, outcome, position, protocol, timestamp } from './schema-parts.ts';

const canaryPhase = z.strictObject({
  phase: z.enum(['open', 'denied', 'lifted']),
  protocol,
  direction,
  outcome,
  latencyMs: z.number().describe('from the change to the first attempt that showed it'),
});
/** Whether one node's network enforces policies at all. */
export const canary = z.strictObject({
  node: z.string(),
  enforced: z.boolean(),
  text: z.string(),
  phases: z.array(canaryPhase),
});

/** Which tool, when, by whom. */
export const run = z.strictObject({
  id: z.string(),
  tool: z.strictObject({
    name: z.literal('mayreach'),
    version: z.string(),
    sha256: z.string().optional().describe("over the tool's code: of the lines that sha256sum prints for its files"),
  }),
  command: z.array(z.string()),
  startedAt: timestamp,
  endedAt: timestamp,
  git: z.strictObject({ commit: z.string(), dirty: z.boolean() }).optional(),
  ci: z.string().optional().describe('URL of the CI job'),
  requirementFiles: z
    .array(z.strictObject({ path: z.string(), sha256: z.string().optional() }))
    .optional()
    .describe('where the requirements stand; a file of builders is code, and has no hash here'),
  user: z.string().optional().describe('account on the machine that ran it'),
});
/** Where it ran, and what proves that policies count there. */
export const cluster = z.strictObject({
  source: z.enum(['manifests', 'k3s', 'kubeconfig']),
  probed: z.boolean(),
  context: z.string().optional(),
  server: z.string().optional(),
  uid: z.string().optional().describe('of the namespace kube-system'),
  version: z.string().optional(),
  caFingerprint: z.string().optional(),
  tls: z
    .enum(['not-verified', 'none'])
    .optional()
    .describe('who answered for the API server is not proved: its certificate was not verified, or it has none'),
  user: z.string().optional().describe('who the cluster says we are: its SelfSubjectReview'),
  clockSkewMs: z.number().optional().describe("the cluster's clock minus ours, to the second"),
  plugin: z.strictObject({ name: z.string(), version: z.string().optional(), seenBy: z.array(z.string()).optional() }),
  annotations: z
    .record(z.string(), z.string())
    .optional()
    .describe('put on every object that the run created, for people: who runs this, and why'),
  images: z.strictObject({
    k3s: z.string().optional(),
    k3sId: z.string().optional().describe('what that name meant: digest in its repository, or id of the image'),
    probe: z.string().optional(),
    probeIds: z.array(z.string()).optional().describe('what that name meant on the nodes (imageID of the probe pods)'),
  }),
  agentSha256: z.string().optional(),
  canaries: z.array(canary),
  noCanary: z.string().optional().describe('why none was watched, though traffic was sent'),
  settling: z.strictObject({ settled: z.boolean(), durationMs: z.number(), sweeps: z.int() }).optional(),
  stopped: z
    .string()
    .optional()
    .describe('why nothing more was sent before all was measured: too many connections failed'),
  observing: z.strictObject({ durationMs: z.number(), cells: z.int(), attempts: z.int() }).optional(),
  lists: z
    .array(
      z.strictObject({
        path: z.string(),
        resourceVersion: z.string(),
        items: z.int(),
        pages: z.int(),
        sha256: z.string().describe("of the items' JSON, as read"),
      }),
    )
    .optional()
    .describe('every list call that was read, all pages'),
  rights: z
    .array(
      z.strictObject({
        verb: z.string(),
        resource: z.string(),
        namespace: z.string().optional(),
        allowed: z.boolean(),
        optional: z.literal(true).optional().describe('used where it is granted, done without where it is not'),
      }),
    )
    .optional()
    .describe('what SelfSubjectAccessReview answered before anything was created'),
  leftBehind: z.array(z.string()).optional().describe('objects of the run that could not be removed'),
  changes: z.array(z.string()).describe('policies, namespaces and pods that changed while it was observed'),
});
/** What was there, and from which files it was read. */
export const inventory = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string() })),
  namespaces: z.array(
    z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()), defined: z.boolean() }),
  ),
  workloads: z.array(
    z.strictObject({
      id: z.string(),
      labels: z.record(z.string(), z.string()),
      ports: z.array(z.string()),
      hostNetwork: z.boolean(),
      pods: z.array(z.strictObject({ name: z.string(), node: z.string().optional(), addresses: z.array(z.string()) })),
    }),
  ),
  services: z.array(z.strictObject({ id: z.string(), type: z.string(), ports: z.array(z.string()) })),
  policies: z.array(
    z.strictObject({
      id: z.string(),
      directions: z.array(direction),
      selects: z.array(z.string()).describe('workload ids'),
      position,
      raw: z.unknown(),
    }),
  ),
  notes: z.array(z.strictObject({ text: z.string(), position: position.optional() })),
});
