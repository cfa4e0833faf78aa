import type { StartedK3sContainer } from '@testcontainers/k3s';
import { getReaper, type ContainerRuntimeClient } from 'testcontainers';
import { connectKube } from '../api/connect.ts';
import { connectDocker, removeRunContainers } from './docker.ts';
import { RunContainer } from './container.ts';
import { explainStartFailure, type StartFacts } from './failure.ts';
import { copyImage, imageIdOf } from './images.ts';
import { waitUntilReady } from './ready.ts';

export interface StartK3sOptions {
  readonly image: string;
  /** Becomes the container's label `mayreach.run`; unique. */
  readonly runId: string;
  /** Added to `k3s server`, as `--disable-network-policy`. */
  readonly args?: readonly string[];
  /** An image that pods will need: copied into the cluster where the local Docker has it and the cluster has not. */
  readonly probeImage?: string;
  /** True: testcontainers' reaper leaves the container alone when this process ends. */
  readonly keep?: boolean;
  readonly signal: AbortSignal;
  /** What is being waited for, in words. */
  readonly onProgress?: (text: string) => void;
  /** Until the container says that it is ready, ms; the cluster has as long again. Default 180,000. */
  readonly timeoutMs?: number;
}

/** An ephemeral cluster that runs. */
export interface K3sCluster {
  /** Its text: the server's address as seen from this process, the administrator's credentials. */
  readonly kubeconfig: string;
  readonly image: string;
  /** What the image's name meant: its digest in the repository, else its id; absent: Docker does not say. */
  readonly imageId?: string;
  readonly args: readonly string[];
  readonly containerId: string;
  /** The Docker network that the node is on; a second container there is an external host to the pods. */
  readonly network: string;
  /** The node's address on that network. */
  readonly address: string;
  /** Removes the container and its volumes; may be called again. Errors: DOCKER_UNREACHABLE, naming what is left. */
  stop(): Promise<void>;
}

/**
 * Starts k3s in a container and waits until pods can be made. However it ends (an error, an abort at any moment), the
 * container is gone before the promise settles; once it has resolved, {@link K3sCluster.stop} removes it.
 *
 * @throws MayreachError DOCKER_UNREACHABLE, CLUSTER_START_FAILED; the signal's reason when aborted
 */
export async function startK3s(options: StartK3sOptions): Promise<K3sCluster> {
  const { signal, runId, image, keep = false } = options;
  signal.throwIfAborted();
  const docker = await connectDocker();
  const facts = { image, timeoutMs: options.timeoutMs ?? 180_000 };
  // Before the container: a reaper that starts in between would hold up an abort.
  if (!keep) await startReaper(docker, signal, { ...facts, stage: 'reaper', log: [] });

  const container = new RunContainer({
    image,
    runId,
    args: options.args ?? [],
    host: docker.info.containerRuntime.host,
    autoCleanup: !keep,
    timeoutMs: facts.timeoutMs,
    signal,
  });
  options.onProgress?.(`starting ${image}`);
  const starting = container.start();
  try {
    const cluster = toCluster(await orAborted(starting, signal), options, docker);
    await makeReady(cluster, options, docker, facts.timeoutMs);
    const imageId = await imageIdOf(docker, cluster.containerId);
    return imageId === undefined ? cluster : { ...cluster, imageId };
  } catch (cause) {
    // While the container is being created no listing shows it yet: its start ends by itself right after.
    if (container.stage === 'creating') await starting.catch(() => undefined);
    await removeRunContainers(docker, runId);
    signal.throwIfAborted();
    throw explainStartFailure(cause, { ...facts, stage: container.stage, log: container.log.lines() });
  }
}

async function startReaper(docker: ContainerRuntimeClient, signal: AbortSignal, facts: StartFacts): Promise<void> {
  try {
    await orAborted(getReaper(docker), signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw explainStartFailure(cause, facts);
  }
}

function toCluster(
  started: StartedK3sContainer,
  { image, args = [], runId }: StartK3sOptions,
  docker: ContainerRuntimeClient,
): K3sCluster {
  const network = started.getNetworkNames()[0] ?? 'bridge';
  return {
    kubeconfig: started.getKubeConfig(),
    image,
    args,
    containerId: started.getId(),
    network,
    address: started.getIpAddress(network),
    stop: () => removeRunContainers(docker, runId),
  };
}

async function makeReady(
  cluster: K3sCluster,
  { signal, onProgress, probeImage }: StartK3sOptions,
  docker: ContainerRuntimeClient,
  timeoutMs: number,
): Promise<void> {
  const tell = (text: string): void => {
    if (!signal.aborted) onProgress?.(text);
  };
  tell('waiting for the node');
  const kube = connectKube(cluster.kubeconfig);
  const copying =
    probeImage === undefined ? undefined : copyImage(docker, cluster.containerId, probeImage, signal, tell);
  try {
    await Promise.all([waitUntilReady(kube, { signal, timeoutMs }), copying]);
  } finally {
    await kube.close();
  }
}

/** The promise, or the signal's reason as soon as it is aborted; what the promise comes to then is nobody's concern. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  signal.addEventListener('abort', onAbort, { once: true });
  promise.catch(() => undefined);
  aborted.catch(() => undefined);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
