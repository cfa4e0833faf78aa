import { randomBytes } from 'node:crypto';
import { MayreachError } from '../../source/error.ts';
import { nearest } from '../../source/suggest.ts';
import type { Evidence } from '../evidence/schema.ts';
import { assembleEvidence, type RunFacts } from './assemble.ts';
import { runOnFiles } from './on-files.ts';
import type { RunIdentity, RunOptions } from './options.ts';
import type { ClusterPreview, PreviewOptions } from './preview-on-cluster.ts';
import { furtherOnRead, stayOn } from './stay.ts';

/**
 * From requirements to evidence: the whole flow, in one direction.
 * @throws MayreachError for everything that keeps the run from being judged; nothing is left behind then
 */
export async function runRequirements(options: RunOptions): Promise<Evidence> {
  checkOnly(options);
  const facts = await runOn(options, identify(options.now().toISOString()));
  // An ephemeral cluster had to be stayed on while it was up.
  if (options.cluster.source !== 'k3s') await stayOn(facts, options, furtherOnRead(facts));
  const evidence = assembleEvidence(facts, options);
  // A run that made something in a cluster told its verdicts before it removed that.
  if (facts.endedAt === undefined && !options.signal.aborted) options.judged?.(evidence);
  return evidence;
}

/**
 * What a probing run would do on a running cluster, which is only read.
 * @throws MayreachError as `runRequirements` does until it creates something
 */
export async function previewRequirements(
  options: PreviewOptions & { readonly cluster: RunOptions['cluster'] },
): Promise<ClusterPreview> {
  const { cluster } = options;
  if (cluster.source !== 'kubeconfig' || !cluster.probe) {
    throw new MayreachError('--plan goes with --cluster kubeconfig --probe', {
      code: 'USAGE',
      hint: 'It tells what probing would do; nothing else touches a running cluster',
    });
  }
  checkOnly(options);
  return (await import('./preview-on-cluster.ts')).previewOnCluster(options, cluster);
}

/**
 * Each source of an inventory has its own way; all end in the same facts. What a cluster needs is loaded for a cluster
 * only: Docker's and Kubernetes' clients cost a run on files as much time as its verdicts.
 */
async function runOn(options: RunOptions, run: RunIdentity): Promise<RunFacts> {
  const { cluster } = options;
  switch (cluster.source) {
    case 'manifests':
      return runOnFiles(options, run);
    case 'k3s':
      return (await import('./on-k3s.ts')).runOnK3s(options, cluster, run);
    case 'kubeconfig':
      return (await import('./on-cluster.ts')).runOnCluster(options, cluster, run);
  }
}

function identify(startedAt: string): RunIdentity {
  const [date = '', time = ''] = startedAt.split('T');
  const shortId = randomBytes(4).toString('hex');
  return { id: `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${shortId}`, shortId, startedAt };
}

function checkOnly({ only, sets }: Pick<RunOptions, 'only' | 'sets'>): void {
  const ids = sets.flatMap(({ requirements }) => requirements.map(({ id }) => id));
  const unknown = only?.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  const near = nearest(unknown, ids);
  throw new MayreachError(`there is no requirement ${unknown}`, {
    code: 'USAGE',
    hint: near === undefined ? `There are: ${ids.join(', ')}` : `Did you mean ${near}?`,
  });
}
