import { AgentClient, type AttachOptions } from './agent-client.ts';
import type { Connector, ProbePod } from './model.ts';

/**
 * The agents of a run's pods, each attached to once and as soon as its pod runs, so that little is left to do when the
 * last one does.
 */
export class Attachments {
  readonly #connector: Connector;
  readonly #nonce: string;
  readonly #options: Omit<AttachOptions, 'signal'>;
  readonly #agents = new Map<string, Promise<AgentClient>>();
  readonly #ended = new AbortController();

  constructor(connector: Connector, nonce: string, options: Omit<AttachOptions, 'signal'>) {
    this.#connector = connector;
    this.#nonce = nonce;
    this.#options = options;
  }

  /** Begins with a pod that runs; how that ends is told by `agentsOf`. */
  begin(pod: ProbePod): void {
    if (this.#agents.has(pod.uid)) return;
    const options = { ...this.#options, signal: this.#ended.signal };
    const attaching = AgentClient.attach(pod, this.#connector, this.#nonce, options);
    attaching.catch(() => undefined);
    this.#agents.set(pod.uid, attaching);
  }

  /**
   * Begins with a pod that was started, though nobody says yet that it runs. Resolves with the addresses that its agent
   * has, and with none where it does not answer, or cannot know which address the cluster means.
   */
  async reach(pod: ProbePod): Promise<readonly string[]> {
    this.begin(pod);
    const attaching = this.#agents.get(pod.uid);
    try {
      return (await attaching)?.addresses ?? [];
    } catch {
      // Once more when it is said to run; then it counts.
      if (this.#agents.get(pod.uid) === attaching && !this.#ended.signal.aborted) this.#agents.delete(pod.uid);
      return [];
    }
  }

  /** Their agents. Throws PROBE_NOT_READY, naming the first pod that has none, with nothing left attached. */
  async agentsOf(pods: readonly ProbePod[]): Promise<readonly AgentClient[]> {
    const wanted = pods.map(async (pod) => {
      this.begin(pod);
      const agent = await this.#agents.get(pod.uid);
      agent?.placedAs(pod);
      return agent;
    });
    const attached = await Promise.allSettled(wanted);
    const [failed] = attached.filter((each) => each.status === 'rejected');
    if (failed === undefined)
      return attached.flatMap((each) => (each.status === 'fulfilled' ? (each.value ?? []) : []));
    this.close();
    throw failed.reason;
  }

  /** Ends what is attached to these pods. */
  release(pods: readonly ProbePod[]): void {
    for (const { uid } of pods) void this.#agents.get(uid)?.then((agent) => agent.close());
  }

  /** Ends all, also what is being attached to. */
  close(): void {
    this.#ended.abort();
    for (const attaching of this.#agents.values())
      attaching.then(
        (agent) => agent.close(),
        () => undefined,
      );
  }
}
