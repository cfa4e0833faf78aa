import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { agentSource } from '../../../../src/harness/probe/agent/source.ts';
import type { AgentTransport, ProbePod } from '../../../../src/harness/probe/model.ts';
import { LocalTransport } from '../../../unit/harness/probe/local-agents.ts';
import { docker } from '../docker.ts';

/** `ProbePod.id` and namespace of the host outside. */
export const OUTSIDE = 'outside';

export interface OutsideHost {
  readonly pod: ProbePod;
  attach(): AgentTransport;
  remove(): Promise<void>;
}

export interface OutsideOptions {
  readonly nonce: string;
  readonly listen: { readonly TCP: readonly number[]; readonly UDP: readonly number[] };
  /** The cluster's pods, and the node that leads there. */
  readonly podNetwork: string;
  readonly via: string;
}

/** A container beside the cluster's, with an agent of its own: who it reaches and who reaches it is told by name. */
export async function outsideHost({ nonce, listen, podNetwork, via }: OutsideOptions): Promise<OutsideHost> {
  const name = `mayreach-e2e-outside-${randomBytes(4).toString('hex')}`;
  const env = {
    MAYREACH_NONCE: nonce,
    MAYREACH_POD_UID: name,
    MAYREACH_POD: `${OUTSIDE}/${name}`,
    MAYREACH_LISTEN: JSON.stringify(listen),
    AGENT: agentSource,
  };
  const command = `ip route add ${podNetwork} via ${via} && exec node --input-type=module -e "$AGENT"`;
  const child = spawn(
    'docker',
    [
      ...['run', '--rm', '--interactive', '--name', name, '--label', 'mayreach.e2e'],
      ...['--user', '0', '--cap-add', 'NET_ADMIN'],
      ...Object.keys(env).flatMap((key) => ['--env', key]),
      ...[process.env['MAYREACH_PROBE_IMAGE'] || 'node:24-alpine', 'sh', '-c', command],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  );
  child.stdout.setEncoding('utf8').resume();
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the host outside ended with status ${child.exitCode ?? 'none'}`);
  });
  ended.catch(() => undefined);
  const address = await Promise.race([addressOf(name), ended]);
  const pod = {
    id: OUTSIDE,
    namespace: OUTSIDE,
    name,
    uid: name,
    node: OUTSIDE,
    addresses: [address],
    listening: listen,
  };
  return {
    pod,
    attach: () => new LocalTransport(child),
    remove: () => {
      docker('rm', '--force', '--volumes', name);
      return Promise.resolve();
    },
  };
}

async function addressOf(name: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  for (;;) {
    const known = docker('ps', '--filter', `name=${name}`, '--format', '{{.ID}}');
    const address = known === '' ? '' : docker('inspect', '--format', format, name);
    if (address !== '') return address;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
