import { describe, expect, it } from 'vitest';
import { inventoryOf, refusalOf } from './from-yaml.ts';

const documents = (...all: readonly string[]): string => all.join('\n---\n');
const service = (spec: string): string =>
  `{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: ${spec}}`;
const slice = (name: string, more: string): string =>
  `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: ${name}, namespace: shop, labels: {kubernetes.io/service-name: db}}, ${more}}`;
const READY = 'addressType: IPv4, ports: [{port: 5432}], endpoints: [{addresses: [10.9.8.7]}]';

// https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
describe('endpoints that are made by hand', () => {
  const handMade = (spec: string, ...others: readonly string[]) =>
    inventoryOf(documents(service(spec), ...others)).services[0]?.handMade;

  it('are those of EndpointSlices that name the service, each once, without those that are not ready', () => {
    const waiting =
      'addressType: IPv4, ports: [{port: 5432}], endpoints: [{addresses: [10.9.8.8], conditions: {ready: false}}]';
    const six = 'addressType: IPv6, ports: [{name: "", port: 5432}], endpoints: [{addresses: ["2001:DB8::7"]}]';
    expect(
      handMade('{ports: [{port: 5432}]}', slice('a', READY), slice('b', READY), slice('c', waiting), slice('d', six)),
    ).toEqual([
      { address: '10.9.8.7', protocol: 'TCP', port: 5432 },
      { address: '2001:db8::7', protocol: 'TCP', port: 5432 },
    ]);
  });

  it('are those of Endpoints of its name', () => {
    const endpoints =
      '{apiVersion: v1, kind: Endpoints, metadata: {name: db, namespace: shop}, subsets: [{addresses: [{ip: 10.1.1.1}], notReadyAddresses: [{ip: 10.1.1.2}], ports: [{name: a, port: 53, protocol: UDP}]}]}';
    expect(handMade('{ports: [{port: 5432}]}', endpoints)).toEqual([
      { address: '10.1.1.1', name: 'a', protocol: 'UDP', port: 53 },
    ]);
  });

  it('count for nothing where the service has a selector, or is another name', () => {
    expect(handMade('{selector: {app: db}, ports: [{port: 5432}]}', slice('a', READY))).toBeUndefined();
    expect(handMade('{type: ExternalName, externalName: db.example.com}', slice('a', READY))).toBeUndefined();
  });

  it('have addresses, or are refused at the line', () => {
    const wrong = 'addressType: IPv4, ports: [{port: 5432}], endpoints: [{addresses: [db.example.com]}]';
    expect(refusalOf(slice('a', wrong))).toMatch(/must be an IP address, not "db.example.com"/);
  });
});
