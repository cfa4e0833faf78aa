import { docker } from './docker.ts';

/** Runs a command of the node in the network of the pod that has this address. */
export function inNetworkOf(node: string, address: string, ...command: readonly string[]): string {
  return docker('exec', node, ...enter(node, address), ...command);
}

/** What a command starts with to run there. */
export function enter(node: string, address: string): readonly string[] {
  const find = `for n in /run/netns/*; do nsenter --net=$n ip -4 -o addr | grep -q ' ${address}/' && echo $n; done; true`;
  const network = docker('exec', node, 'sh', '-c', find);
  if (network === '') throw new Error(`the node has no pod with the address ${address}`);
  return ['nsenter', `--net=${network}`];
}

/** A firewall that nobody told the cluster of, in front of one pod. It goes with the pod. */
export function dropAt(node: string, address: string, from: string, port: number): void {
  const rule = ['-s', from, '-p', 'tcp', '--dport', String(port), '-j', 'DROP'];
  inNetworkOf(node, address, 'iptables', '-A', 'INPUT', ...rule);
}
