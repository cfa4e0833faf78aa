import { describe, expect, it } from 'vitest';
import { endpointsOf, resolveService } from '../../../../../src/harness/predict/ends/services.ts';
import type { Service, ServicePort } from '../../../../../src/harness/inventory/model.ts';
import { inventory, service, workload } from '../fixtures.ts';

const blue = workload('shop/blue', { app: 'api' }, { ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] });
const green = workload('shop/green', { app: 'api' }, { ports: [{ name: 'http', protocol: 'TCP', port: 9090 }] });
const udp = workload('shop/udp', { app: 'api' }, { ports: [{ name: 'http', protocol: 'UDP', port: 7070 }] });
const elsewhere = workload('other/blue', { app: 'api' });
const found = inventory({ workloads: [blue, green, udp, elsewhere] });

function targets(more: Partial<Service>): readonly string[] {
  return endpointsOf(found, service('shop/api', { selector: { app: 'api' }, ...more })).map(
    ({ workload: { name }, port, targetPort, slicePort }) => `${name} ${port.port}>${targetPort} (${slicePort})`,
  );
}

const port = (number: number, targetPort: number | string): ServicePort => ({
  protocol: 'TCP',
  port: number,
  targetPort,
});

describe('the endpoints of a service', () => {
  it('are the pods of its namespace that its selector selects, at the target port', () => {
    expect(targets({ ports: [port(80, 8000)] })).toEqual([
      'blue 80>8000 (8000)',
      'green 80>8000 (8000)',
      'udp 80>8000 (8000)',
    ]);
  });

  it('have a named target port each of their own, of the same protocol', () => {
    expect(targets({ ports: [port(80, 'http')] })).toEqual(['blue 80>8080 (8080)', 'green 80>9090 (9090)']);
  });

  it('of several ports are one for each', () => {
    expect(targets({ selector: { app: 'api' }, ports: [port(80, 'http'), port(81, 1)] })).toHaveLength(5);
  });

  it('behind a headless service are reached at the port that is dialled', () => {
    expect(targets({ headless: true, ports: [port(80, 'http')] })).toEqual(['blue 80>80 (8080)', 'green 80>80 (9090)']);
  });
});

describe('what a service does not resolve to', () => {
  const notesOf = (more: Partial<Service>) => resolveService(found, service('shop/api', more));

  it('says which pod lacks the named port', () => {
    expect(notesOf({ selector: { app: 'api' }, ports: [port(80, 'http')] }).notes).toEqual([
      'service shop/api: shop/udp[Deployment] has no TCP port named "http", so it does not serve port 80',
    ]);
  });

  it.each([
    ['no selector', {}, /no selector/],
    ['an empty selector', { selector: {} }, /no selector/],
    ['a selector that selects nothing', { selector: { app: 'gone' } }, /selects no workload/],
  ])('%s', (_title, more, note) => {
    expect(notesOf(more).endpoints).toEqual([]);
    expect(notesOf(more).notes).toEqual([expect.stringMatching(note)]);
  });

  it('an ExternalName is another name for a host', () => {
    expect(notesOf({ type: 'ExternalName', externalName: 'db.example.com' })).toEqual({
      endpoints: [],
      beyond: [],
      externalName: 'db.example.com',
      notes: [],
    });
  });
});
