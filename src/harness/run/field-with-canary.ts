import { randomBytes } from 'node:crypto';
import { createConnector } from '../clusters/api/attach.ts';
import type { PlacedPod, Placement } from '../clusters/standins/model.ts';
import { attachmentsFor, proberOf } from '../probe/prober.ts';
import { CANARY_STAGE, runCanaries } from './canaries.ts';
import type { RunOptions } from './options.ts';
import type { Field, FieldOptions } from './field-model.ts';
import { outsiderStays, placePods, type RunPods } from './placing.ts';
import { createNamespaces, runNamespaces, type RunNamespaces } from './run-pods.ts';

/** Places all pods of the run, watches the canary while the stand-ins start, and attaches to the pods. */
export async function setUpWithCanary(options: FieldOptions, run: RunOptions): Promise<Field> {
  const { kube, ledger } = options;
  const nonce = randomBytes(16).toString('hex');
  const attachments = attachmentsFor(createConnector(kube), nonce);
  const namespaces = runNamespaces(options.shortId);
  await createNamespaces(ledger, options.shortId, Object.values(namespaces));
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const onRunning = (pod: PlacedPod): void => attachments.begin(pod);
  const placing = placePods({ ...options, namespaces, nonce, onRunning }, { ...run, signal });
  const watching = placing.runPods.then(async ({ nodes, placement: { pods } }) => {
    const prober = await proberOf(attachments, pods);
    return runCanaries({ namespaces, nodes, pods, prober, ledger }, kube, signal);
  });
  const placed = Promise.all([placing.standIns, placing.runPods]).then((both) => {
    run.progress.stage(CANARY_STAGE);
    return both;
  });
  try {
    const [[standIns, runPods], released] = await Promise.all([
      placed,
      watching.then(() => release(options, namespaces)),
    ]);
    const placement = merge(standIns, runPods, released);
    run.progress.stage(`attaching to ${placement.pods.length} probe pods`);
    attachments.release(runPods.placement.pods.filter(({ namespace }) => released.includes(namespace)));
    const prober = await proberOf(attachments, placement.pods);
    const shown = [await watching];
    return {
      namespaces,
      placement,
      released,
      prober,
      canaryStands: true,
      canary: async () => {
        const first = shown.pop();
        if (first !== undefined) return first;
        run.progress.stage(CANARY_STAGE);
        return runCanaries(
          { namespaces, nodes: runPods.nodes, pods: placement.pods, prober, ledger },
          kube,
          run.signal,
        );
      },
    };
  } catch (error) {
    failed.abort(error);
    attachments.close();
    await Promise.allSettled([placed, watching]);
    throw error;
  }
}

/**
 * On a live cluster the canary's namespace goes as soon as the canary has shown what it shows: a namespace takes
 * seconds to go, and so takes none of the run's. An ephemeral cluster goes as a whole, and may be asked again.
 */
function release(options: FieldOptions, names: RunNamespaces): readonly string[] {
  if (options.mode === 'ephemeral') return [];
  const released = outsiderStays(options) ? [names.canary] : [names.canary, names.outsider];
  options.ledger.release(released);
  return released;
}

function merge(standIns: Placement, { placement: own }: RunPods, released: readonly string[]): Placement {
  return {
    pods: [...standIns.pods, ...own.pods].filter(({ namespace }) => !released.includes(namespace)),
    changed: [...standIns.changed, ...own.changed],
    refused: [...standIns.refused, ...own.refused],
    durationMs: Math.max(standIns.durationMs, own.durationMs),
  };
}
