import type { Evidence } from '../evidence/schema.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory } from '../inventory/model.ts';
import { readManifests, type ReadManifests } from '../clusters/manifests/read.ts';
import { cellsOf } from '../plan/cells.ts';
import { resolveRequirements } from '../plan/requests.ts';
import { createPredictor } from '../predict/predictor.ts';
import { MayreachError } from '../../source/error.ts';
import type { RunFacts } from './assemble.ts';
import type { RunIdentity, RunOptions } from './options.ts';

/** Predicts from files alone: no cluster, nothing to install. */
export async function runOnFiles(options: RunOptions, run: RunIdentity): Promise<RunFacts> {
  options.progress.stage('reading manifests');
  const { inventory, files } = await readAll(options);
  const resolved = resolveRequirements(options.sets, inventory, { tolerant: false });
  const predictor = createPredictor(inventory);
  const { workloads: dns, assumption } = clusterDns(inventory);
  if (assumption !== undefined) options.progress.note(assumption.text);
  const planned = cellsOf(resolved, {
    inventory,
    predictor,
    dns,
    hosts: new Map(),
    observing: false,
    servicesByEndpoints: false,
  });
  return {
    runId: run.id,
    startedAt: run.startedAt,
    inventory,
    files: [...files],
    predictor,
    planned,
    cluster: { source: 'manifests', probed: false, plugin: pluginOf(inventory), images: {}, canaries: [], changes: [] },
    notes: assumption === undefined ? [] : [assumption.text],
  };
}

/** As the evidence keeps it. */
export function pluginOf({ plugin }: Inventory): Evidence['cluster']['plugin'] {
  const { name, version, seenBy } = plugin;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(seenBy === undefined ? {} : { seenBy: [...seenBy] }),
  };
}

/** The inventory of all manifests of a run. @throws MayreachError USAGE where no file names any */
export async function readAll({
  manifests,
  progress,
}: Pick<RunOptions, 'manifests' | 'progress'>): Promise<ReadManifests> {
  if (manifests.length === 0) {
    throw new MayreachError('there are no manifests to read', {
      code: 'USAGE',
      hint: 'name them in the requirement file (`manifests: ./k8s`) or with --manifests; --cluster kubeconfig reads a running cluster',
    });
  }
  const read = await readManifests(manifests);
  read.inventory.notes.forEach(({ text }) => progress.note(text));
  return read;
}
