import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttableProxy {
  /** As the kubeconfig's server. */
  readonly url: string;
  /** Ends every connection that is open, as a load balancer that restarts does. @returns how many there were */
  cut(): number;
  close(): Promise<void>;
}

/** Passes bytes on to the server of that URL; a new connection is always welcome. */
export async function cuttableProxy(url: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(Number(port), hostname);
    open.add(from);
    const end = (): void => {
      from.destroy();
      to.destroy();
      open.delete(from);
    };
    for (const socket of [from, to]) socket.on('error', end).on('close', end);
    from.pipe(to).pipe(from);
  });
  // At the server's own name, which its certificate holds: where tests run in a container, that is the bridge.
  server.listen(0, hostname);
  await once(server, 'listening');
  const cut = (): number => {
    const many = open.size;
    open.forEach((socket) => socket.resetAndDestroy());
    open.clear();
    return many;
  };
  return {
    url: `https://${hostname}:${(server.address() as AddressInfo).port}`,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
