import { describe, expect, it } from 'vitest';
import { inventoryOf, refusalOf } from './from-yaml.ts';

function service(spec: string): string {
  return `{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: ${spec}}`;
}

describe('services', () => {
  it('have the defaults of the API', () => {
    const { services } = inventoryOf(service('{selector: {app: api}, ports: [{port: 80}]}'));
    expect(services).toMatchObject([
      {
        id: 'shop/api',
        type: 'ClusterIP',
        headless: false,
        addresses: [],
        selector: { app: 'api' },
        publishNotReadyAddresses: false,
        ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
      },
    ]);
  });

  it('may be headless, with several ports, named targets and node ports', () => {
    const ports = `[{name: web, port: 80, targetPort: http, nodePort: 30080}, {name: dns, port: 53, protocol: UDP, targetPort: 5353}]`;
    const spec = `{type: NodePort, clusterIP: None, publishNotReadyAddresses: true, selector: {a: b}, ports: ${ports}}`;
    expect(inventoryOf(service(spec)).services).toMatchObject([
      {
        type: 'NodePort',
        headless: true,
        addresses: [],
        publishNotReadyAddresses: true,
        ports: [
          { name: 'web', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 30080 },
          { name: 'dns', protocol: 'UDP', port: 53, targetPort: 5353 },
        ],
      },
    ]);
  });

  it('have all their addresses, each once', () => {
    const [read] = inventoryOf(service('{clusterIP: 10.1.1.1, clusterIPs: [10.1.1.1, "fd00::1"]}')).services;
    expect(read?.addresses).toEqual(['10.1.1.1', 'fd00::1']);
  });

  it.each(['{ports: [{port: 80}]}', '{selector: {}, ports: [{port: 80}]}', '{type: ExternalName, selector: {a: b}}'])(
    'have no selector: %s',
    (spec) => {
      expect(inventoryOf(service(spec)).services[0]).not.toHaveProperty('selector');
    },
  );

  it('may stand for an external name', () => {
    expect(inventoryOf(service('{type: ExternalName, externalName: db.example.com}')).services[0]).toMatchObject({
      type: 'ExternalName',
      externalName: 'db.example.com',
    });
  });

  it.each([
    ['{type: Cluster}', 'ClusterIP, NodePort'],
    ['{ports: [{port: 0}]}', 'from 1 to 65535'],
    ['{ports: [{targetPort: 80}]}', 'must have a port'],
  ])('are refused: %s', (spec, part) => {
    expect(refusalOf(service(spec))).toContain(part);
  });
});

describe('ways in from outside', () => {
  const route = (kind: string, apiVersion: string, spec: string) =>
    inventoryOf(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: r, namespace: shop}, spec: ${spec}}`)
      .routes;

  it('Ingress: the default backend and the paths, each backend once', () => {
    const backend = '{service: {name: web, port: {name: http}}}';
    const spec = `{defaultBackend: {service: {name: fallback, port: {number: 80}}},
      rules: [{http: {paths: [{backend: ${backend}}, {backend: ${backend}}, {backend: {resource: {name: bucket}}}]}}, {host: a}]}`;
    expect(route('Ingress', 'networking.k8s.io/v1', spec)).toMatchObject([
      {
        kind: 'Ingress',
        backends: [
          { namespace: 'shop', service: 'fallback', port: 80 },
          { namespace: 'shop', service: 'web', port: 'http' },
        ],
      },
    ]);
  });

  it('Ingress of before 1.22', () => {
    const spec = '{rules: [{http: {paths: [{backend: {serviceName: web, servicePort: 80}}]}}]}';
    expect(route('Ingress', 'extensions/v1beta1', spec)[0]?.backends).toEqual([
      { namespace: 'shop', service: 'web', port: 80 },
    ]);
  });

  it.each(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'])('%s: backends of any namespace', (kind) => {
    const refs =
      '[{name: web, port: 80}, {name: api, namespace: other}, {name: bucket, kind: Bucket, group: x.example}]';
    const mirror = '[{type: RequestMirror, requestMirror: {backendRef: {name: shadow, port: 81}}}]';
    const spec = `{rules: [{backendRefs: ${refs}, filters: ${mirror}}]}`;
    expect(route(kind, 'gateway.networking.k8s.io/v1', spec)[0]?.backends).toEqual([
      { namespace: 'shop', service: 'web', port: 80 },
      { namespace: 'other', service: 'api' },
      { namespace: 'shop', service: 'shadow', port: 81 },
    ]);
  });

  it('backends whose weight is 0 are none', () => {
    const refs = '[{name: web, port: 80, weight: 0}, {name: api, port: 80, weight: 1}]';
    expect(route('HTTPRoute', 'gateway.networking.k8s.io/v1', `{rules: [{backendRefs: ${refs}}]}`)).toMatchObject([
      { backends: [{ service: 'api' }] },
    ]);
    const spec = '{to: {kind: Service, name: web, weight: 100}, alternateBackends: [{name: beta, weight: 0}]}';
    expect(route('Route', 'route.openshift.io/v1', spec)).toMatchObject([{ backends: [{ service: 'web' }] }]);
  });

  it('OpenShift: the service and its alternates', () => {
    const spec = '{to: {kind: Service, name: web}, alternateBackends: [{name: beta}], port: {targetPort: http}}';
    expect(route('Route', 'route.openshift.io/v1', spec)[0]?.backends).toEqual([
      { namespace: 'shop', service: 'web', port: 'http' },
      { namespace: 'shop', service: 'beta', port: 'http' },
    ]);
  });
});
