import type { Labels } from '../../requirements/selector.ts';
import type { Draft, OwnerRef } from './controllers.ts';
import { WORKLOAD_KINDS } from './kinds.ts';
import type { Note, PodInstance, Workload, WorkloadKind } from './model.ts';
import { uniquePorts } from './ports.ts';

interface Identity {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** What one workload is made of. */
interface Family {
  readonly identity: Identity;
  /** Itself, where the input holds it. */
  definition?: Draft;
  /** Controllers between it and its pods (a Deployment's ReplicaSets). */
  readonly between: Draft[];
  readonly pods: Draft[];
}

/**
 * Workloads of controllers and pods: what has an owner belongs to that owner's workload, followed as far as the input
 * goes; an owner that the input does not hold still names the workload. Finished pods, and jobs that ended, are left
 * out; a note says how many.
 */
export function collectWorkloads(drafts: readonly Draft[], notes: Note[]): Workload[] {
  const controllers = new Map<string, Draft>();
  for (const draft of drafts) if (draft.kind !== 'Pod') controllers.set(idOf(draft), draft);
  const families = new Map<string, Family>();
  for (const draft of drafts) {
    if (draft.pod !== undefined && draft.finished) continue;
    const identity = rootOf(draft, controllers);
    const id = idOf(identity);
    let family = families.get(id);
    if (family === undefined) families.set(id, (family = { identity, between: [], pods: [] }));
    if (draft.pod !== undefined) family.pods.push(draft);
    else if (idOf(draft) === id) family.definition = draft;
    else family.between.push(draft);
  }
  noteFinished(drafts, families, notes);
  return [...families.values()].filter((family) => !hasEnded(family)).map((family) => toWorkload(family));
}

function idOf({ namespace, name, kind }: Identity): string {
  return `${namespace}/${name}[${kind}]`;
}

/** The workload at the end of the chain of controllers. Owners of other kinds (a node, a custom resource) end it. */
function rootOf(draft: Draft, controllers: ReadonlyMap<string, Draft>): Identity {
  let current: Identity & { readonly owner?: OwnerRef } = draft;
  const seen = new Set<string>();
  while (current.owner !== undefined && !seen.has(idOf(current))) {
    seen.add(idOf(current));
    const { kind: ownerKind, name } = current.owner;
    const kind = WORKLOAD_KINDS.find((known) => known === ownerKind);
    if (kind === undefined || kind === 'Pod') break;
    const owner: Identity = { kind, namespace: current.namespace, name };
    current = controllers.get(idOf(owner)) ?? owner;
  }
  return current;
}

function hasEnded({ definition, between, pods }: Family): boolean {
  if (pods.length > 0) return false;
  const own = definition ?? between[0];
  return own?.kind === 'Job' && own.finished;
}

function toWorkload({ identity, definition, between, pods }: Family): Workload {
  // Without the workload itself, its newest part speaks for it: the input lists a ReplicaSet's successor after it.
  const speaker = definition ?? between.at(-1) ?? pods[0];
  if (speaker === undefined) throw new Error(`a workload of nothing: ${idOf(identity)}`);
  const labels = pods.length > 0 ? sharedLabels(pods.map((pod) => pod.labels)) : speaker.labels;
  const ports = definition === undefined && pods.length > 0 ? [] : speaker.ports;
  return {
    id: idOf(identity),
    namespace: identity.namespace,
    name: identity.name,
    kind: identity.kind,
    labels,
    ports: uniquePorts([...ports, ...pods.flatMap((pod) => pod.ports)]),
    hostNetwork: speaker.hostNetwork || pods.some((pod) => pod.hostNetwork),
    serviceAccount: speaker.serviceAccount,
    pods: pods.flatMap((pod) => instanceOf(pod, labels)).sort(byName),
    position: speaker.position,
  };
}

function instanceOf({ pod, labels }: Draft, shared: Labels): PodInstance[] {
  if (pod === undefined) return [];
  return Object.keys(labels).length === Object.keys(shared).length ? [pod] : [{ ...pod, labels }];
}

/** The labels that all have, with the same value. */
function sharedLabels([first = {}, ...others]: readonly Labels[]): Labels {
  const shared = new Map(Object.entries(first));
  for (const labels of others) {
    for (const [key, value] of shared) {
      if (!Object.hasOwn(labels, key) || labels[key] !== value) shared.delete(key);
    }
  }
  return Object.fromEntries(shared);
}

function noteFinished(drafts: readonly Draft[], families: ReadonlyMap<string, Family>, notes: Note[]): void {
  const pods = drafts.filter((draft) => draft.kind === 'Pod' && draft.finished).length;
  const jobs = [...families.values()].filter(hasEnded).length;
  if (pods > 0) notes.push({ text: `${count(pods, 'pod')} finished and left out` });
  if (jobs > 0) notes.push({ text: `${count(jobs, 'job')} ended and left out` });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function byName(left: PodInstance, right: PodInstance): number {
  return left.name < right.name ? -1 : 1;
}
