import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The agent as it runs in the cluster: agent.js beside this file, unchanged. */
export const agentSource = readFileSync(new URL('./agent.js', import.meta.url), 'utf8');

/** SHA-256 of `agentSource` in hex. It goes into the evidence; an auditor compares it with the pod's command. */
export const agentSha256 = createHash('sha256').update(agentSource).digest('hex');

/** What a probe container runs. `--input-type`: the agent is an ES module, which Node before 22.7 does not guess. */
export const agentCommand: readonly string[] = ['node', '--input-type=module', '-e', agentSource];

/** The agent's environment. MAYREACH_POD_UID comes besides, from the downward API (`metadata.uid`). No value is secret. */
export function agentEnvironment(pod: {
  readonly nonce: string;
  readonly namespace: string;
  readonly name: string;
  readonly listening: { readonly TCP: readonly number[]; readonly UDP: readonly number[] };
}): { readonly MAYREACH_NONCE: string; readonly MAYREACH_POD: string; readonly MAYREACH_LISTEN: string } {
  return {
    MAYREACH_NONCE: pod.nonce,
    MAYREACH_POD: `${pod.namespace}/${pod.name}`,
    MAYREACH_LISTEN: JSON.stringify({ TCP: pod.listening.TCP, UDP: pod.listening.UDP }),
  };
}
