import type { Labels } from '../../../requirements/selector.ts';
import type { KubeManifest, KubeObject } from '../api/model.ts';
import { withoutGeneratedLabels } from './generated-labels.ts';
import type { StandInChange, StandInDemand, StandInMode } from './model.ts';

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly containers?: readonly { readonly name: string }[];
}

/** Where the pod that the cluster keeps is not the one that was sent: an admission rule or a controller did it. */
export function changesOf(demand: StandInDemand, sent: KubeManifest, kept: KubeObject): readonly StandInChange[] {
  const changes: string[] = labelChanges(sent.metadata.labels ?? {}, kept.metadata.labels ?? {});
  const disqualifying: string[] = [];
  const spec = (kept['spec'] ?? {}) as PodSpec;
  const account = spec.serviceAccountName ?? 'default';
  if (account !== demand.serviceAccount) {
    disqualifying.push(`its service account is ${account} instead of ${demand.serviceAccount}`);
  }
  const asked = (sent['spec'] as PodSpec).containers?.map(({ name }) => name) ?? [];
  const added = (spec.containers ?? []).map(({ name }) => name).filter((name) => !asked.includes(name));
  if (added.length > 0) changes.push(`a container was put into it: ${added.join(', ')}`);
  if (spec.hostNetwork === true) disqualifying.push('it was put on the host network');
  return [
    ...changes.map((text) => ({ party: demand.id, text })),
    ...disqualifying.map((text) => ({ party: demand.id, text, disqualifies: true as const })),
  ];
}

/** What a stand-in leaves out on purpose: a policy that selects by it treats the stand-in otherwise. */
export function droppedLabels(demand: StandInDemand, mode: StandInMode): readonly StandInChange[] {
  if (mode !== 'live') return [];
  return withoutGeneratedLabels(demand.labels).dropped.map((key) => ({
    party: demand.id,
    text: `label ${key}=${demand.labels[key] ?? ''} was left out: a controller could take the stand-in for its own`,
  }));
}

function labelChanges(sent: Labels, kept: Labels): string[] {
  const keys = [...new Set([...Object.keys(sent), ...Object.keys(kept)])].sort();
  return keys.flatMap((key) => {
    const [before, after] = [sent[key], kept[key]];
    if (before === after) return [];
    if (after === undefined) return [`label ${key}=${before ?? ''} was removed after it was sent`];
    if (before === undefined) return [`label ${key}=${after} was added after it was sent`];
    return [`label ${key} is ${after} instead of ${before}`];
  });
}
