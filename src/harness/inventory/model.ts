import type { Protocol } from '../../requirements/model.ts';
import type { Labels } from '../../requirements/selector.ts';
import type { Position } from '../../source/position.ts';
import type { AdminPolicy, CalicoObjects } from './admin-model.ts';
import type { NetworkPolicy } from './policy-model.ts';

export type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './policy-model.ts';

export type WorkloadKind =
  'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'ReplicationController' | 'Job' | 'CronJob' | 'Pod';

/** Everything that is read from manifests or a cluster. Plain data: it can be compared, sorted and kept. */
export interface Inventory {
  readonly namespaces: readonly Namespace[];
  readonly workloads: readonly Workload[];
  /** All nodes of the cluster; absent where none was read. */
  readonly nodes?: readonly ClusterNode[];
  readonly services: readonly Service[];
  readonly policies: readonly NetworkPolicy[];
  /** Policies of administrators, which are decided before and after those of namespaces. */
  readonly adminPolicies: readonly AdminPolicy[];
  /** What Calico's policies select besides pods; absent where there is none of it. */
  readonly calico?: CalicoObjects;
  /** Policies that may allow or deny traffic but whose kind is not modelled: what they could touch is unknown. */
  readonly unmodelled: readonly UnmodelledPolicy[];
  /** Ingress, Gateway API routes, OpenShift routes: ways in from outside, down to the service they name. */
  readonly routes: readonly Route[];
  readonly plugin: NetworkPlugin;
  /** What was assumed or skipped in reading; printed, and kept in the evidence. */
  readonly notes: readonly Note[];
}

export interface Note {
  readonly text: string;
  readonly position?: Position;
}

/** Which network plugin answers for policies. `unknown` in files. */
export interface NetworkPlugin {
  readonly name:
    'unknown' | 'cilium' | 'calico' | 'kube-router' | 'weave' | 'antrea' | 'ovn-kubernetes' | 'aws' | 'none';
  readonly version?: string;
  /** Where its version is not known: one that it has at least. */
  readonly atLeast?: string;
  /** Its own settings that bear on policies (of Cilium: its config map's), where they are known. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What it was told by: images, config maps, node annotations. */
  readonly seenBy?: readonly string[];
}

export interface Namespace {
  readonly name: string;
  /** With `kubernetes.io/metadata.name` always. */
  readonly labels: Labels;
  /** False for a namespace that is used but not defined: its other labels are unknown. */
  readonly defined: boolean;
  readonly position?: Position;
}

export interface ClusterNode {
  readonly name: string;
  readonly labels: Labels;
}

export interface ContainerPort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The pods that one controller makes, or one pod that nobody controls. */
export interface Workload {
  /** `namespace/name[Kind]`, unique in an inventory. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: WorkloadKind;
  /** Of the pod template; where pods are known, what all of them carry. */
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly serviceAccount: string;
  /** Running pods: of a cluster, or of files that hold them. Finished pods are not here. */
  readonly pods: readonly PodInstance[];
  /** True for a workload that nothing was read of (the cluster DNS of files): it is in no inventory and no matrix. */
  readonly assumed?: true;
  readonly position: Position;
}

/** One running pod, real or standing in. */
export interface PodInstance {
  readonly name: string;
  readonly uid?: string;
  readonly node?: string;
  /** All families, as text (`10.42.0.7`, `fd00::7`). */
  readonly addresses: readonly string[];
  /** Its own labels, where they are not the workload's: a controller or a webhook added or changed some. */
  readonly labels?: Labels;
}

export interface ServicePort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** A number, or the name of a port of the endpoint's pods. */
  readonly targetPort: number | string;
  readonly nodePort?: number;
}

export interface Service {
  /** `namespace/name`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly headless: boolean;
  /** Cluster IPs, where known. */
  readonly addresses: readonly string[];
  readonly externalName?: string;
  /** Absent: endpoints are made by hand (or there are none). */
  readonly selector?: Labels;
  /** Of a service without a selector: the endpoints that somebody made for it; absent where none are known. */
  readonly handMade?: readonly HandMadeEndpoint[];
  readonly publishNotReadyAddresses: boolean;
  /** Of a service that can be dialled at the nodes, at a load balancer or at an external address. */
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  readonly ports: readonly ServicePort[];
  readonly position: Position;
  /** The object as it was read; a cluster gets its spec, without the addresses that another cluster gave it. */
  readonly raw: unknown;
}

/** One address and port behind a service, of an EndpointSlice or of Endpoints. */
export interface HandMadeEndpoint {
  readonly address: string;
  /** That of the service's port which leads here; absent where the service has one port without a name. */
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface Route {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly backends: readonly {
    readonly namespace: string;
    readonly service: string;
    readonly port?: number | string;
  }[];
  readonly position: Position;
}

/** A plugin's own policy, or a policy of a live cluster with a field that is not known here. */
export interface UnmodelledPolicy {
  /** `CiliumNetworkPolicy`, `GlobalNetworkPolicy.projectcalico.org`: with its group where the kind alone is ambiguous. */
  readonly kind: string;
  /** `namespace/name`, or `name` for a policy of the whole cluster. */
  readonly id: string;
  /** Absent: a policy of the whole cluster. A policy of a namespace selects pods of that namespace only. */
  readonly namespace?: string;
  /** It concerns nodes alone. */
  readonly ofNodes?: true;
  /** Why it is not modelled, as a sentence's end: `its kind is not modelled`. */
  readonly reason: string;
  readonly position: Position;
}
