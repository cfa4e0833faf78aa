import { describe, expect, it } from 'vitest';
import type { Route, ServicePort } from '../../../../../src/harness/inventory/model.ts';
import { waysIn } from '../../../../../src/harness/predict/ends/ways-in.ts';
import { inventory, service, workload } from '../fixtures.ts';

const web = workload('shop/web', { app: 'web' }, { ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] });
const tcp = (port: number, targetPort: number | string, name?: string): ServicePort => ({
  protocol: 'TCP',
  port,
  targetPort,
  ...(name === undefined ? {} : { name }),
});

/** What a route of a kind that names a port (or none) leads to on `shop/web`. */
function lead(kind: string, port: number | string | undefined, ports: readonly ServicePort[], headless = false) {
  const backend = { namespace: 'shop', service: 'web', ...(port === undefined ? {} : { port }) };
  const position = { file: 'route.yaml', line: 1, column: 1 };
  const route: Route = { kind, namespace: 'shop', name: 'front', backends: [backend], position };
  const behind = service('shop/web', { selector: { app: 'web' }, ports, headless });
  const { ways, notes } = waysIn(inventory({ workloads: [web], services: [behind], routes: [route] }));
  return { at: ways.get(web)?.format() ?? 'nothing', notes };
}

const PORTS = [tcp(80, 'http', 'plain'), tcp(81, 9000, 'admin')];

describe('ways in', () => {
  it.each([
    [80, 'TCP 8080'],
    ['admin', 'TCP 9000'],
    [undefined, 'TCP 8080,9000'],
  ])('lead to the target of the service port %s', (port, at) => {
    expect(lead('Ingress', port, PORTS)).toEqual({ at, notes: [] });
    expect(lead('HTTPRoute', port, PORTS)).toEqual({ at, notes: [] });
  });

  it('behind a headless service lead to the ports of its endpoint slices', () => {
    expect(lead('Ingress', 80, PORTS, true).at).toBe('TCP 8080');
  });

  it('of an Ingress that names a target port are listed, with a note: ingress-nginx follows them', () => {
    for (const port of [9000, 'http']) {
      const { at, notes } = lead('Ingress', port, PORTS);
      expect(at).toBe(port === 9000 ? 'TCP 9000' : 'TCP 8080');
      expect(notes).toEqual([
        expect.stringMatching(`^Ingress shop/front names port ${port} of service shop/web, .* ingress-nginx`),
      ]);
    }
  });

  it('prefer the service port to a target port of the same number', () => {
    expect(lead('Ingress', 80, [tcp(8000, 80), tcp(80, 9000)])).toEqual({ at: 'TCP 9000', notes: [] });
  });

  it.each(['HTTPRoute', 'Ingress'])(
    'of a %s that names no port of the service lead nowhere, and that is noted',
    (kind) => {
      expect(lead(kind, 443, PORTS)).toEqual({
        at: 'nothing',
        notes: [`${kind} shop/front names port 443 of service shop/web, which has no such TCP port`],
      });
    },
  );

  it('of a Gateway route never take a target port', () => {
    expect(lead('HTTPRoute', 9000, PORTS).at).toBe('nothing');
  });

  it.each([
    [9000, 'TCP 9000'],
    ['9000', 'TCP 9000'],
    [8080, 'TCP 8080'],
    ['plain', 'TCP 8080'],
    [80, 'nothing'],
  ])('of OpenShift name a port of the endpoints: %j', (port, at) => {
    expect(lead('Route', port, PORTS).at).toBe(at);
  });

  it('are of TCP, and of UDP only for a UDPRoute', () => {
    const both = [tcp(53, 53), { ...tcp(53, 53), protocol: 'UDP' as const }];
    expect(lead('Ingress', 53, both).at).toBe('TCP 53');
    expect(lead('TCPRoute', 53, both).at).toBe('TCP 53');
    expect(lead('UDPRoute', 53, both).at).toBe('UDP 53');
  });
});
