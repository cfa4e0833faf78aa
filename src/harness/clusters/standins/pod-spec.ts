import type { ContainerPort } from '../../inventory/model.ts';
import { PROBE_CONTAINER } from '../api/attach.ts';
import type { KubeManifest } from '../api/model.ts';
import { withoutGeneratedLabels } from './generated-labels.ts';
import type { StandInDemand, StandInMode } from './model.ts';
import { standInName } from './naming.ts';

/** What all stand-ins of a run share. */
export interface StandInRun {
  readonly mode: StandInMode;
  /** Lower-case letters and digits, at most 12: part of every name. */
  readonly runId: string;
  /** The run's nonce: by it an agent knows its own. */
  readonly nonce: string;
  /** An image that has Node, 18 or later. */
  readonly image: string;
  /** What the agent is: the source that `node -e` runs. */
  readonly agentSource: string;
  /** After this the cluster ends the pod, whatever became of the run, s. */
  readonly activeDeadlineSeconds: number;
  /** A class that never preempts. The API takes a pod's own `preemptionPolicy` only if its class says the same. */
  readonly priorityClass?: string;
}

/** The run's object that owns the pods of a namespace: with it gone, the cluster removes them. */
export interface Owner {
  readonly name: string;
  readonly uid: string;
}

export const RUN_ANNOTATION = 'mayreach.dev/run';
export const PARTY_ANNOTATION = 'mayreach.dev/stands-for';

/** A condition that nobody sets: the pod runs and is reachable, but no service ever routes to it. */
export const NEVER_READY = 'mayreach.dev/never-ready';

/** By annotation, because a label would change what selects the pod. */
const NO_SIDECARS = {
  'sidecar.istio.io/inject': 'false',
  'linkerd.io/inject': 'disabled',
  'consul.hashicorp.com/connect-inject': 'false',
  'kuma.io/sidecar-injection': 'disabled',
  'vault.hashicorp.com/agent-inject': 'false',
};

const USER = 1000;

/**
 * The probe pod for one demand. It passes Pod Security `restricted`, has no token, and carries the workload's labels
 * and nothing else: labels decide policies, so what the run adds are annotations.
 */
export function standInPod(
  demand: StandInDemand,
  run: StandInRun,
  owner?: Owner,
  name = standInName(run.runId, demand.id),
): KubeManifest {
  const live = run.mode === 'live';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: demand.namespace,
      labels: live ? withoutGeneratedLabels(demand.labels).labels : demand.labels,
      annotations: {
        [RUN_ANNOTATION]: run.runId,
        [PARTY_ANNOTATION]: demand.id,
        'mayreach.dev/managed-by': 'mayreach',
        'mayreach.dev/ends-after-seconds': String(run.activeDeadlineSeconds),
        ...NO_SIDECARS,
      },
      ...(owner === undefined ? {} : { ownerReferences: [ownerReference(owner)] }),
    },
    spec: {
      serviceAccountName: demand.serviceAccount,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: run.activeDeadlineSeconds,
      // The agent ends at once when asked; nothing of it is worth waiting for.
      terminationGracePeriodSeconds: 1,
      ...(run.priorityClass === undefined ? {} : { priorityClassName: run.priorityClass }),
      ...(live ? { readinessGates: [{ conditionType: NEVER_READY }] } : {}),
      ...(demand.node === undefined ? {} : onNode(demand.node)),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        seccompProfile: { type: 'RuntimeDefault' },
        // Ports below 1024 without root; a sysctl that `restricted` admits.
        sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      },
      containers: [probeContainer(demand, run, name)],
    },
  };
}

function probeContainer(demand: StandInDemand, run: StandInRun, name: string): unknown {
  return {
    name: PROBE_CONTAINER,
    image: run.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '--input-type=module', '-e', run.agentSource],
    env: [
      { name: 'MAYREACH_NONCE', value: run.nonce },
      { name: 'MAYREACH_POD', value: `${demand.namespace}/${name}` },
      { name: 'MAYREACH_POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
      { name: 'MAYREACH_LISTEN', value: JSON.stringify(demand.listen) },
    ],
    ports: containerPorts(demand.ports),
    stdin: true,
    stdinOnce: false,
    resources: resources(run.mode),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

/**
 * As the workload declares them: a name is what policies and services look for. Containers of a workload may share a
 * name, one container may not have it twice: the first keeps it, as in the API's own look-up of a name.
 */
function containerPorts(ports: readonly ContainerPort[]): readonly unknown[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  return ports.flatMap(({ name, protocol, port }) => {
    const named = name !== undefined && !names.has(name) ? { name } : {};
    if (seen.has(`${protocol} ${port}`) && !('name' in named)) return [];
    seen.add(`${protocol} ${port}`);
    if (name !== undefined) names.add(name);
    return [{ ...named, protocol, containerPort: port }];
  });
}

/** A cluster of our own has nobody to be kept apart from: there, many pods must fit a small machine. */
function resources(mode: StandInMode): unknown {
  return {
    requests: mode === 'live' ? { cpu: '10m', memory: '64Mi' } : { cpu: '1m', memory: '8Mi' },
    limits: { cpu: '1', memory: '256Mi' },
  };
}

/** By affinity and not by `nodeName`: a node without room then says so before the pod is bound to it. */
function onNode(node: string): Readonly<Record<string, unknown>> {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
        },
      },
    },
    // The node was chosen because pods run there: whatever they tolerate.
    tolerations: [{ operator: 'Exists' }],
  };
}

function ownerReference({ name, uid }: Owner): unknown {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true, blockOwnerDeletion: false };
}
