import { randomBytes } from 'node:crypto';
import { MayreachError } from '../../source/error.ts';
import { nearest } from '../../source/suggest.ts';
import type { Evidence } from '../evidence/schema.ts';
import { assembleEvidence, type RunFacts } from './assemble.ts';
import type { RunOptions } from './options.ts';
import { runOnFiles } from './on-files.ts';

/** How each source of an inventory is run; all end in the same facts. */
export type RunOn = (
  options: RunOptions,
  run: { readonly id: string; readonly startedAt: string },
) => Promise<RunFacts>;

/**
 * From requirements to evidence: the whole flow, in one direction.
 * @throws MayreachError for everything that keeps the run from being judged; nothing is left behind then
 */
export async function runRequirements(options: RunOptions): Promise<Evidence> {
  checkOnly(options);
  const startedAt = options.now().toISOString();
  const id = runId(startedAt);
  return assembleEvidence(await runOn(options)(options, { id, startedAt }), options);
}

function runOn({ cluster }: RunOptions): RunOn {
  switch (cluster.source) {
    case 'manifests':
      return runOnFiles;
    case 'k3s':
    case 'kubeconfig':
      throw new Error('not yet');
  }
}

/** Sortable, and unique enough for names of objects: `20270131-120000-a1b2c3`. */
function runId(startedAt: string): string {
  const [date = '', time = ''] = startedAt.split('T');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(3).toString('hex')}`;
}

function checkOnly({ only, sets }: RunOptions): void {
  const ids = sets.flatMap(({ requirements }) => requirements.map(({ id }) => id));
  const unknown = only?.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  const near = nearest(unknown, ids);
  throw new MayreachError(`there is no requirement ${unknown}`, {
    code: 'USAGE',
    hint: near === undefined ? `there are: ${ids.join(', ')}` : `did you mean ${near}?`,
  });
}
