import { execFileSync } from 'node:child_process';
import { k3sImage } from '../../../src/harness/clusters/k3s/image.ts';

/** Marks what the tests themselves start. */
const LABEL = 'mayreach.e2e';

export function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Ids of the clusters' containers that runs of mayreach started, whatever their state; but for those of `except`. */
export function runContainers(except: readonly string[] = []): readonly string[] {
  const listed = docker(
    'ps',
    '--all',
    '--no-trunc',
    '--filter',
    'label=mayreach.run',
    '--format',
    '{{.ID}} {{.Image}}',
  );
  return listed.split('\n').flatMap((line) => {
    const [id = '', image] = line.split(' ');
    return image === k3sImage() && !except.includes(id) ? [id] : [];
  });
}

/** @returns what lists those that were started since */
export function watchContainers(): () => readonly string[] {
  const before = runContainers();
  return () => runContainers(before);
}

export interface ExternalHost {
  readonly address: string;
  remove(): void;
}

/** Answers TCP and UDP on the ports, as a host outside of the cluster: it knows nothing of mayreach. */
export function externalHost(ports: readonly number[]): ExternalHost {
  const program = `
    for (const port of ${JSON.stringify(ports)}) {
      require('net').createServer((socket) => socket.on('error', () => {}).end('hello')).listen(port);
      const udp = require('dgram').createSocket('udp4');
      udp.on('message', (text, from) => udp.send('hello', from.port, from.address)).bind(port);
    }`;
  const image = process.env['MAYREACH_PROBE_IMAGE'] || 'node:24-alpine';
  const id = docker('run', '--detach', '--init', '--label', LABEL, image, 'node', '-e', program);
  const address = docker('inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id);
  return { address, remove: () => docker('rm', '--force', '--volumes', id) };
}
