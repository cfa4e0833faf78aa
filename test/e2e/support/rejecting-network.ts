import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { KubeApi, KubeObject } from '../../../src/harness/clusters/api/model.ts';
import { docker } from './docker.ts';
import { rulesFor, type NetworkState } from './policy-rules.ts';

/** Where pods' connections pass by: on a bridge this is the node's FORWARD chain. */
const CHAIN = 'E2E-POLICIES';

export interface RejectingNetwork {
  /** Takes every rule away again. */
  stop(): Promise<void>;
}

/**
 * A policy engine that rejects instead of dropping, as k3s's own does, for a cluster whose network ignores policies:
 * every live NetworkPolicy, whoever made it, becomes iptables rules in the node that end in REJECT.
 */
export async function rejectingNetwork(kube: KubeApi, containerId: string): Promise<RejectingNetwork> {
  const seen: Seen = { namespaces: new Map(), pods: new Map(), policies: new Map() };
  const stopping = new AbortController();
  const engine = new Engine(containerId, () => stateOf(seen));
  // A kernel sends one rejection a second to each address; which attempts then time out is left to chance.
  docker('exec', containerId, 'sysctl', '-q', '-w', 'net.ipv4.icmp_ratelimit=0');
  await iptables(containerId, [`:${CHAIN} - [0:0]`, `-I FORWARD 1 -j ${CHAIN}`]);
  const follow = (path: string, known: Map<string, KubeObject>): Promise<void> =>
    kube.watch(path, {
      signal: stopping.signal,
      onEvent: ({ type, object }) => {
        const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
        if (type === 'DELETED') known.delete(key);
        else known.set(key, object);
        engine.changed();
      },
    });
  const watching = [
    follow('/api/v1/namespaces', seen.namespaces),
    follow('/api/v1/pods', seen.pods),
    follow('/apis/networking.k8s.io/v1/networkpolicies', seen.policies),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(watching);
      await engine.idle();
      await iptables(containerId, [`-D FORWARD -j ${CHAIN}`, `-F ${CHAIN}`, `-X ${CHAIN}`]);
    },
  };
}

interface Seen {
  readonly namespaces: Map<string, KubeObject>;
  readonly pods: Map<string, KubeObject>;
  readonly policies: Map<string, KubeObject>;
}

function stateOf({ namespaces, pods, policies }: Seen): NetworkState {
  return { namespaces: [...namespaces.values()], pods: [...pods.values()], policies: [...policies.values()] };
}

/** Writes the rules anew after each change, one writing at a time. */
class Engine {
  readonly #containerId: string;
  readonly #state: () => NetworkState;
  #writing: Promise<void> | undefined;
  #stale = false;

  constructor(containerId: string, state: () => NetworkState) {
    this.#containerId = containerId;
    this.#state = state;
  }

  changed(): void {
    this.#stale = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  async idle(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      await iptables(this.#containerId, [`-F ${CHAIN}`, ...rulesFor(this.#state(), CHAIN)]);
    }
  }
}

/** All lines take effect at once. */
async function iptables(containerId: string, lines: readonly string[]): Promise<void> {
  const child = spawn('docker', ['exec', '-i', containerId, 'iptables-restore', '--noflush', '--wait'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.end(['*filter', ...lines, 'COMMIT', ''].join('\n'));
  const [status] = (await once(child, 'close')) as [number];
  if (status !== 0) throw new Error(`iptables-restore: ${said}\n${lines.join('\n')}`);
}
