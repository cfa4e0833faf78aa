import { randomBytes } from 'node:crypto';
import { createConnector } from '../clusters/api/attach.ts';
import type { PlacedPod, Placement } from '../clusters/standins/model.ts';
import type { Attachments } from '../probe/attachments.ts';
import type { CanaryResult } from '../probe/canary.ts';
import type { ProbePod } from '../probe/model.ts';
import { attachmentsFor, proberOf } from '../probe/prober.ts';
import { CANARY_STAGE, runCanaries } from './canaries.ts';
import type { Field, FieldOptions } from './field-model.ts';
import type { RunOptions } from './options.ts';
import { outsiderStays, placeLateCanary, placeWithoutCanary, type PlacingOptions } from './placing.ts';
import { createNamespaces, runNamespaces, type RunNamespaces } from './run-pods.ts';

/** Places and attaches to all but the canary; it follows if it is asked. */
export async function setUpWithoutCanary(options: FieldOptions, run: RunOptions): Promise<Field> {
  const nonce = randomBytes(16).toString('hex');
  const attachments = attachmentsFor(createConnector(options.kube), nonce);
  const namespaces = runNamespaces(options.shortId);
  const stays = outsiderStays(options);
  if (stays) await createNamespaces(options.ledger, options.shortId, [namespaces.outsider]);
  const onRunning = (pod: PlacedPod): void => attachments.begin(pod);
  // Where a policy is, a plugin may learn of a pod by its status: there, nothing is dialled before it has one.
  const reach = (pod: ProbePod): Promise<readonly string[]> => attachments.reach(pod);
  const placing: PlacingOptions = { ...options, namespaces, nonce, onRunning, reach };
  try {
    const placement = await placeWithoutCanary(placing, run);
    run.progress.stage(`attaching to ${placement.pods.length} probe pods`);
    const prober = await proberOf(attachments, placement.pods);
    return {
      namespaces,
      placement,
      // What comes and goes there later is the run's own doing.
      released: stays ? [namespaces.canary] : [namespaces.canary, namespaces.outsider],
      prober,
      canaryStands: false,
      canary: () => watchLate(placing, { namespaces, placement, attachments }, run),
    };
  } catch (error) {
    attachments.close();
    throw error;
  }
}

interface Standing {
  readonly namespaces: RunNamespaces;
  readonly placement: Placement;
  readonly attachments: Attachments;
}

/** Places the canary, watches it, and lets its namespaces go. */
async function watchLate(
  placing: PlacingOptions,
  { namespaces, placement: standing, attachments }: Standing,
  run: RunOptions,
): Promise<CanaryResult> {
  const { kube, ledger, shortId } = placing;
  await createNamespaces(ledger, shortId, Object.values(namespaces));
  const { nodes, placement } = await placeLateCanary(placing, standing, run);
  const pods = [...placement.pods, ...standing.pods];
  try {
    run.progress.stage(CANARY_STAGE);
    const prober = await proberOf(attachments, pods);
    return await runCanaries({ namespaces, nodes, pods, prober, ledger }, kube, run.signal);
  } finally {
    attachments.release(placement.pods);
    ledger.release(outsiderStays(placing) ? [namespaces.canary] : Object.values(namespaces));
  }
}
