import type { KubeObject } from '../api/model.ts';

/** The part of a pod that says how it fares. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
}
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}
interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID?: string;
  readonly state?: {
    readonly running?: unknown;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode: number; readonly message?: string };
  };
}

export interface RunningState {
  readonly state: 'running';
  readonly node: string;
  readonly addresses: readonly string[];
  /** As its node names it; absent: it does not. */
  readonly imageId?: string;
}
export type PodState =
  | RunningState
  /** Not there yet; `why` is what is known, and `unschedulable` that no node takes it at the moment. */
  | { readonly state: 'waiting'; readonly why: string; readonly unschedulable: boolean }
  | FailedState;

/** It will never run. */
export interface FailedState {
  readonly state: 'failed';
  readonly why: string;
  readonly image: boolean;
  /** Its container ran, and its log says more. */
  readonly logs: boolean;
  /** The node's container runtime failed to start it: another pod may start all the same. */
  readonly runtime?: true;
}

/** Reasons after which waiting changes nothing. */
const HOPELESS = new Set([
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** What a registry says when it will say the same again; a connection that broke may be whole in a moment. */
const PULL_HOPELESS =
  /not found|manifest unknown|unauthorized|forbidden|denied|no such host|authorization|invalid reference|no match for platform|connection refused|unsupported/i;

/** What a runtime says of a program that the image lacks or that cannot run; its other troubles are the node's. */
const NOT_IN_IMAGE = /\bexec: |executable file not found|exec format error/i;

/** How the pod's container fares. */
export function podState(pod: KubeObject, container: string): PodState {
  const status = (pod['status'] ?? {}) as PodStatus;
  const found = status.containerStatuses?.find(({ name }) => name === container);
  const image = imageOf(pod, container);
  const failed = failure(status, found, image);
  if (failed !== undefined) return failed;
  const addresses = (status.podIPs ?? []).map(({ ip }) => ip);
  if (status.phase === 'Running' && found?.state?.running !== undefined && addresses.length > 0) {
    return { state: 'running', node: nodeOf(pod), addresses, ...(found.imageID && { imageId: found.imageID }) };
  }
  return waiting(status, found, image);
}

function failure(status: PodStatus, container: ContainerStatus | undefined, image: string): PodState | undefined {
  const { terminated, waiting: held } = container?.state ?? {};
  if (terminated !== undefined) {
    const why = `its container ended with exit code ${terminated.exitCode} (${terminated.reason ?? 'no reason'})${said(terminated.message)}`;
    // It never ran where its start failed, and there is no log.
    const started = terminated.reason !== 'StartError' && terminated.reason !== 'ContainerCannotRun';
    const image = !started && NOT_IN_IMAGE.test(terminated.message ?? '');
    return { state: 'failed', why, image, logs: started, ...(started || image ? {} : { runtime: true }) };
  }
  if (status.phase === 'Failed' || status.phase === 'Succeeded') {
    const why = `it ended: ${status.reason ?? status.phase}${said(status.message)}`;
    return { state: 'failed', why, image: false, logs: false };
  }
  return held?.reason === undefined ? undefined : heldForever(held.reason, held.message, image);
}

function heldForever(reason: string, message: string | undefined, image: string): PodState | undefined {
  const pull = reason === 'ErrImagePull' || reason === 'ImagePullBackOff';
  if (!HOPELESS.has(reason) && !(pull && PULL_HOPELESS.test(message ?? ''))) return undefined;
  const aboutImage = pull || reason.includes('Image');
  const atStart = reason === 'CreateContainerError' || reason === 'RunContainerError';
  return {
    state: 'failed',
    why: `${aboutImage ? `image ${image}: ` : ''}${reason}${said(message)}`,
    image: aboutImage,
    logs: false,
    ...(atStart && !NOT_IN_IMAGE.test(message ?? '') ? { runtime: true } : {}),
  };
}

function waiting(status: PodStatus, container: ContainerStatus | undefined, image: string): PodState {
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    const why = `no node takes it: ${scheduled.message ?? scheduled.reason ?? 'no reason given'}`;
    return { state: 'waiting', why, unschedulable: scheduled.reason === 'Unschedulable' };
  }
  const { reason, message } = container?.state?.waiting ?? {};
  const pulling = reason?.includes('Image') === true ? `image ${image}: ` : '';
  const why = reason === undefined ? `phase ${status.phase ?? 'unknown'}` : `${pulling}${reason}${said(message)}`;
  return { state: 'waiting', why, unschedulable: false };
}

function said(message: string | undefined): string {
  return message ? `: ${message.trim()}` : '';
}

function imageOf(pod: KubeObject, container: string): string {
  const spec = pod['spec'] as { readonly containers?: readonly { readonly name: string; readonly image?: string }[] };
  return spec.containers?.find(({ name }) => name === container)?.image ?? 'unknown';
}

function nodeOf(pod: KubeObject): string {
  return (pod['spec'] as { readonly nodeName?: string }).nodeName ?? '';
}
