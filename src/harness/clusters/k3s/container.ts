import { K3sContainer } from '@testcontainers/k3s';
import { RUN_LABEL } from './docker.ts';
import { LogTail } from './log-tail.ts';

/** What a run needs of k3s and no more: each component left out is time and images saved. */
const LEFT_OUT = ['traefik', 'servicelb', 'metrics-server', 'local-storage'];

export interface RunContainerOptions {
  readonly image: string;
  readonly runId: string;
  /** Added to `k3s server`. */
  readonly args: readonly string[];
  /** The name of Docker's machine, when it is not this one: the cluster's certificate must carry it. */
  readonly host: string;
  /** False: the container outlives this process. */
  readonly autoCleanup: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * testcontainers' k3s with the run's label, and with a start that can be given up: its own promise cannot be cancelled.
 * What is aborted before the container exists never makes one; from then on the label finds it.
 */
export class RunContainer extends K3sContainer {
  readonly log = new LogTail();
  readonly #signal: AbortSignal;
  #stage: 'pulling' | 'creating' | 'created' = 'pulling';

  constructor({ image, runId, args, host, autoCleanup, timeoutMs, signal }: RunContainerOptions) {
    super(image);
    this.#signal = signal;
    this.useOwnCgroups();
    const names = host === 'localhost' || host === '127.0.0.1' ? [] : [`--tls-san=${host}`];
    this.withCommand(['server', ...LEFT_OUT.map((component) => `--disable=${component}`), ...names, ...args])
      .withLabels({ [RUN_LABEL]: runId })
      .withAutoCleanup(autoCleanup)
      .withStartupTimeout(timeoutMs)
      .withLogConsumer((stream) => this.log.follow(stream));
  }

  /**
   * A kubelet removes the cgroups of pods that it does not know. K3sContainer gives each cluster those of Docker's
   * machine, where two clusters side by side break one another's pods as they start. k3s itself is content with a
   * container's own: https://docs.k3s.io/advanced#running-k3s-in-docker
   */
  private useOwnCgroups(): void {
    // dockerode's type lacks the field.
    Object.assign(this.hostConfig, { CgroupnsMode: 'private' });
    this.withBindMounts([]);
  }

  /** How far the start has come. */
  get stage(): 'pulling' | 'creating' | 'created' {
    return this.#stage;
  }

  /** Called between the pull and the container's creation. */
  protected override async beforeContainerCreated(): Promise<void> {
    this.#signal.throwIfAborted();
    await super.beforeContainerCreated();
    this.#stage = 'creating';
  }

  protected override containerCreated(): Promise<void> {
    this.#stage = 'created';
    this.#signal.throwIfAborted();
    return Promise.resolve();
  }
}
