import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The agent as it runs in the cluster: agent.js beside this file, unchanged. */
export const agentSource = readFileSync(new URL('./agent.js', import.meta.url), 'utf8');

/** SHA-256 of `agentSource` in hex. It goes into the evidence; an auditor compares it with the pod's command. */
export const agentSha256 = createHash('sha256').update(agentSource).digest('hex');
