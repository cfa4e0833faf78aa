import { docker } from './docker.ts';
import { enter } from './pod-network.ts';

/** Accepts every connection and resets it: what a proxy does whose own way to the destination is closed. */
const PROGRAM = (port: number, pidFile: string): string => `
use IO::Socket::INET; use Socket;
open(my $file, '>', '${pidFile}'); print $file $$; close $file;
my $server = IO::Socket::INET->new(LocalPort => ${port}, Listen => 1024, ReuseAddr => 1) or die;
while (my $peer = $server->accept) { setsockopt($peer, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)); close $peer; }`;

export interface Resetter {
  remove(): void;
}

/** In the node: connections to this pod's port end there. */
export function resetInFrontOf(node: string, address: string, port: number): Resetter {
  const listener = listen(node, port, []);
  const rule = ['PREROUTING', '-d', address, '-p', 'tcp', '--dport', String(port), '-j', 'REDIRECT'];
  docker('exec', node, 'iptables', '-t', 'nat', '-I', ...rule);
  return {
    remove: () => {
      docker('exec', node, 'iptables', '-t', 'nat', '-D', ...rule);
      listener.remove();
    },
  };
}

/** In the pod's own network, as a sidecar: all that the pod dials, whatever and wherever, ends there. */
export function resetAllOf(node: string, address: string, port: number): Resetter {
  const inside = enter(node, address);
  const listener = listen(node, port, inside);
  const rule = ['OUTPUT', '!', '-o', 'lo', '-p', 'tcp', '-j', 'REDIRECT', '--to-ports', String(port)];
  docker('exec', node, ...inside, 'iptables', '-t', 'nat', '-A', ...rule);
  // The rule goes with the pod.
  return listener;
}

function listen(node: string, port: number, inside: readonly string[]): Resetter {
  const pidFile = `/run/e2e-resetter-${port}.pid`;
  docker('exec', '--detach', node, ...inside, 'perl', '-e', PROGRAM(port, pidFile));
  docker('exec', node, 'sh', '-c', `until [ -s ${pidFile} ]; do sleep 0.05; done`);
  return { remove: () => docker('exec', node, 'sh', '-c', `kill $(cat ${pidFile}); rm ${pidFile}`) };
}
