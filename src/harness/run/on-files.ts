import type { Evidence } from '../evidence/schema.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, NetworkPlugin, Note } from '../inventory/model.ts';
import type { ReadManifests } from '../clusters/manifests/read.ts';
import { cellsOf, type PlannedRequirement } from '../plan/cells.ts';
import { resolveRequirements } from '../plan/requests.ts';
import { dialectNotes } from '../predict/dialects/dialect-policies.ts';
import type { Predictor } from '../predict/model.ts';
import { createPredictor } from '../predict/predictor.ts';
import type { RequirementSet } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import { formatLine } from '../../source/position.ts';
import type { RunFacts } from './assemble.ts';
import type { Progress, RunIdentity, RunOptions } from './options.ts';
import { readUntilAborted } from './stdin.ts';

/** Predicts from files alone: no cluster, nothing to install. */
export async function runOnFiles(options: RunOptions, run: RunIdentity): Promise<RunFacts> {
  options.progress.stage('reading manifests');
  const { cluster } = options;
  const plugin = cluster.source === 'manifests' ? cluster.plugin : undefined;
  const { inventory, files } = await readAll({ ...options, plugin });
  const predictor = createPredictor(inventory);
  const { assumption } = clusterDns(inventory);
  if (assumption !== undefined) options.progress.note(assumption.text);
  options.progress.stage('judging');
  return {
    runId: run.id,
    startedAt: run.startedAt,
    inventory,
    files: [...files],
    predictor,
    planned: predict(options.sets, inventory, predictor),
    cluster: { source: 'manifests', probed: false, plugin: pluginOf(inventory), images: {}, canaries: [], changes: [] },
    notes: assumption === undefined ? [] : [assumption.text],
  };
}

/** What the sets ask of the inventory, predicted alone. @throws MayreachError as `resolveRequirements` does */
export function predict(
  sets: readonly RequirementSet[],
  inventory: Inventory,
  predictor: Predictor,
): readonly PlannedRequirement[] {
  const { workloads: dns } = clusterDns(inventory);
  const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
  return cellsOf(resolveRequirements(sets, inventory, { tolerant: false }), context);
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
  signal,
  plugin,
}: Pick<RunOptions, 'manifests' | 'progress'> &
  Partial<Pick<RunOptions, 'signal'>> & { readonly plugin?: NetworkPlugin | undefined }): Promise<ReadManifests> {
  if (manifests.length === 0) {
    throw new MayreachError('there are no manifests to read', {
      code: 'USAGE',
      hint: 'Name them in the requirement file (`manifests: ./k8s`) or with --manifests; --cluster kubeconfig reads a running cluster',
    });
  }
  const read = await readUntilAborted(manifests, signal);
  const inventory = noteDialect(plugin === undefined ? read.inventory : { ...read.inventory, plugin });
  for (const note of inventory.notes) progress.note(noteText(note));
  return { ...read, inventory };
}

/** The inventory with what is said of the way in which its plugin takes it. */
export function noteDialect(inventory: Inventory): Inventory {
  const said = new Set(inventory.notes.map(({ text }) => text));
  const notes = dialectNotes(inventory).filter(({ text }) => !said.has(text));
  return { ...inventory, notes: [...inventory.notes, ...notes] };
}

/** Files on the plugin that took them: what was not said without it is said now. */
export function onPlugin(inventory: Inventory, plugin: NetworkPlugin, progress: Pick<Progress, 'note'>): Inventory {
  const noted = noteDialect({ ...inventory, plugin });
  for (const added of noted.notes.slice(inventory.notes.length)) progress.note(noteText(added));
  return noted;
}

function noteText({ text, position }: Note): string {
  return position === undefined ? text : `${text} (${formatLine(position)})`;
}
