import type { Labels } from '../../requirements/selector.ts';
import type { Position } from '../../source/position.ts';
import type { Field } from './field.ts';
import { selects } from '../../requirements/selector.ts';
import { WORKLOAD_KINDS } from './kinds.ts';
import { readLabels, readSelector } from './labels.ts';
import { checkMetadata, checkSpelling } from './metadata.ts';
import type { ContainerPort, PodInstance, WorkloadKind } from './model.ts';
import type { KubeObject } from './objects.ts';
import { readContainerPorts } from './ports.ts';

export interface OwnerRef {
  readonly kind: string;
  readonly name: string;
}

/** A controller or a pod, before pods find their workload. */
export interface Draft {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly serviceAccount: string;
  readonly position: Position;
  /** The controller that made it. */
  readonly owner?: OwnerRef;
  /** Of a pod. */
  readonly pod?: PodInstance;
  /** A pod or a job that has ended: it makes no connections any more. */
  readonly finished: boolean;
}

const TEMPLATES: Readonly<Partial<Record<string, readonly string[]>>> = {
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const TEMPLATE = ['spec', 'template'] as const;
/** Members of a pod's spec that are read, and right ones that are near to them. */
const USED = ['hostNetwork', 'containers', 'initContainers', 'serviceAccountName', 'serviceAccount', 'nodeName'];
const NEAR = ['ephemeralContainers', 'hostname', 'hostnameOverride', 'nodeSelector', 'automountServiceAccountToken'];
const SELECTING: readonly WorkloadKind[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
];

/** A Deployment, StatefulSet, …, or Pod. */
export function readController(object: KubeObject): Draft | undefined {
  const { namespace, name, root, position } = object;
  const kind = WORKLOAD_KINDS.find((known) => known === object.kind);
  if (kind === undefined) return undefined;
  const template = root.at(...(TEMPLATES[kind] ?? TEMPLATE));
  if (!template.present) template.problem('must be given');
  const podSpec = template.get('spec');
  if (kind !== 'Pod') checkMetadata(template.get('metadata'));
  checkSpelling(podSpec, USED, NEAR);
  const owner = readOwner(root.get('metadata'));
  return {
    kind,
    namespace,
    name,
    labels: readTemplateLabels(kind, root, template),
    ports: readContainerPorts(podSpec),
    hostNetwork: podSpec.get('hostNetwork').flag() ?? false,
    serviceAccount: readServiceAccount(podSpec),
    position,
    ...(owner === undefined ? {} : { owner }),
    ...(kind === 'Pod' ? { pod: readPod(name, root) } : {}),
    finished: isFinished(kind, root.get('status')),
  };
}

/** Those of the pods; what selects them must do so, as the API server sees to. */
function readTemplateLabels(kind: WorkloadKind, root: Field, template: Field): Labels {
  const labels = readLabels(template.at('metadata', 'labels'));
  const selector = root.at('spec', 'selector');
  if (!SELECTING.includes(kind) || !selector.present) return labels;
  const found =
    kind === 'ReplicationController'
      ? { matchLabels: readLabels(selector), matchExpressions: [] }
      : readSelector(selector);
  if (!selects(found, labels)) selector.problem("must select the template's labels");
  return labels;
}

function readServiceAccount(podSpec: Field): string {
  const name = podSpec.get('serviceAccountName').text() ?? podSpec.get('serviceAccount').text() ?? '';
  return name === '' ? 'default' : name;
}

/** At most one owner is the controller; the others do not manage the object. */
function readOwner(metadata: Field): OwnerRef | undefined {
  const controller = metadata
    .get('ownerReferences')
    .items()
    .find((reference) => reference.get('controller').value === true);
  const kind = controller?.get('kind').text();
  const name = controller?.get('name').text();
  return kind === undefined || name === undefined ? undefined : { kind, name };
}

function readPod(name: string, root: Field): PodInstance {
  const status = root.get('status');
  const uid = root.at('metadata', 'uid').text();
  const node = root.at('spec', 'nodeName').text();
  const listed = status
    .get('podIPs')
    .items()
    .map((item) => item.get('ip').text());
  const addresses = new Set([status.get('podIP').text(), ...listed].filter((ip) => ip !== undefined && ip !== ''));
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    ...(node === undefined || node === '' ? {} : { node }),
    addresses: [...addresses].filter((ip) => ip !== undefined),
  };
}

function isFinished(kind: WorkloadKind, status: Field): boolean {
  if (kind === 'Pod') return ['Succeeded', 'Failed'].includes(String(status.get('phase').value));
  if (kind !== 'Job' || !status.present) return false;
  return status
    .get('conditions')
    .items()
    .some((condition) => {
      const ended = ['Complete', 'Failed'].includes(String(condition.get('type').value));
      return ended && condition.get('status').value === 'True';
    });
}
