import { describe, expect, it } from 'vitest';
import { AddressSet, ALL_IPV4 } from '../../../../src/harness/predict/sets/addresses.ts';
import { Storyteller } from '../../../../src/harness/explain/story.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import type { Party } from '../../../../src/harness/predict/model.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { inventory, policy, unmodelled, workload, type PolicySpec } from '../predict/fixtures.ts';

const web = workload('shop/web', { app: 'web' });
const db = workload('shop/db', { app: 'db' });
const WEB: Party = { kind: 'workload', workload: web };
const DB: Party = { kind: 'workload', workload: db };
const APP_DB = { matchLabels: { app: 'db' } };
const APP_WEB = { matchLabels: { app: 'web' } };
const NEAR = { from: [{ podSelector: APP_DB }], ports: [{ port: 5432 }] };

function tell(from: Party, to: Party, port: number, ...specs: readonly PolicySpec[]): readonly string[] {
  const policies = specs.map((spec, index) => policy(`shop/p${index}`, spec));
  return story(inventory({ workloads: [web, db], policies }), from, to, ConnectionSet.port('TCP', port));
}

function story(found: Inventory, from: Party, to: Party, connections: ConnectionSet): readonly string[] {
  return new Storyteller(found, createPredictor(found)).story(from, to, connections);
}

describe('the story of a connection', () => {
  it('of ends that nothing isolates is short', () => {
    expect(tell(WEB, DB, 5432)).toEqual([
      'shop/web[Deployment] to shop/db[Deployment], TCP 5432: allowed.',
      '  leaving shop/web[Deployment]: allowed; no policy isolates it for egress.',
      '  entering shop/db[Deployment]: allowed; no policy isolates it for ingress.',
    ]);
  });

  it('names who isolates and which rule lets it through, by file and line', () => {
    const lines = tell(
      WEB,
      DB,
      5432,
      {},
      {
        podSelector: APP_DB,
        ingress: [{ ports: [{ port: 1 }] }, { from: [{ podSelector: {} }], ports: [{ port: 5432 }] }],
      },
    );
    expect(lines.slice(2)).toEqual([
      '  entering shop/db[Deployment]: ingress is isolated by policy shop/p0 (p0.yaml:1), policy shop/p1 (p1.yaml:1);',
      '    allowed by policy shop/p1 (p1.yaml:20), ingress rule 2.',
    ]);
  });

  it('of a denial names the near misses', () => {
    const rule = { from: [{ podSelector: {} }], ports: [{ port: 5432 }] };
    expect(tell(WEB, DB, 5433, { podSelector: APP_DB, ingress: [rule] })[3]).toBe(
      '    policy shop/p0 (p0.yaml:10), ingress rule 1 allows this source, but not this port.',
    );
    expect(
      tell(WEB, DB, 5432, { podSelector: APP_DB, ingress: [{ ...rule, from: [{ podSelector: APP_DB }] }] })[3],
    ).toBe('    policy shop/p0 (p0.yaml:10), ingress rule 1 allows this port, but not this source.');
    expect(tell(WEB, DB, 5432, { podSelector: APP_DB })[3]).toBe(
      '    none of their ingress rules comes near: all else is denied.',
    );
  });

  it('of every port tells the parts that other rules decide, what comes near on which ports, and what to ask', () => {
    const spec = { podSelector: APP_DB, ingress: [{ from: [{ podSelector: APP_WEB }], ports: [{ port: 80 }] }, NEAR] };
    const found = inventory({ workloads: [web, db], policies: [policy('shop/p', spec)] });
    const lines = story(found, WEB, DB, ConnectionSet.ALL);
    expect(lines.filter((line) => line.startsWith('shop/web'))).toEqual([
      'shop/web[Deployment] to shop/db[Deployment], all but TCP 80: denied.',
      'shop/web[Deployment] to shop/db[Deployment], TCP 80: allowed.',
    ]);
    expect(lines).toContain('    policy shop/p (p.yaml:20), ingress rule 2 allows TCP 5432, but not this source.');
    expect(lines).toContain('    policy shop/p (p.yaml:10), ingress rule 1 allows this source, but on other ports.');
    expect(lines).toContain('To let some of it through, ask about its port.');
  });

  it('with addresses is told once for each part that the policies tell apart', () => {
    const out = { policyTypes: ['Egress'] as const, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/1' } }] }] };
    const lines = tell(WEB, { kind: 'addresses', addresses: ALL_IPV4 }, 443, out);
    expect(lines.filter((line) => /^shop\/web/.test(line))).toEqual([
      expect.stringMatching(/to 128\.0\.0\.0\/1, TCP 443: denied\.$/),
      expect.stringMatching(/to 0\.0\.0\.0\/1, TCP 443: allowed\.$/),
    ]);
    expect(lines.join('\n')).toContain('entering 0.0.0.0/1: allowed; addresses outside the cluster have no policies.');
    const inward = tell({ kind: 'addresses', addresses: AddressSet.of('192.0.2.1') }, DB, 443, { podSelector: APP_DB });
    expect(inward[0]).toBe('192.0.2.1/32 to shop/db[Deployment], TCP 443: denied.');
  });

  it('of a range says of which port it is told, and mends the range', () => {
    const policies = [policy('shop/p', { podSelector: APP_DB })];
    const found = inventory({ workloads: [web, db], policies });
    const lines = story(found, WEB, DB, ConnectionSet.of('TCP', 81, 90));
    expect(lines[0]).toBe('shop/web[Deployment] to shop/db[Deployment], TCP 81-90: denied.');
    expect(lines.at(-1)).toContain('ports: [{port: 81, endPort: 90}]');
  });

  it('of what is not known gives the reason, and no change', () => {
    const found = inventory({ workloads: [web, db], unmodelled: [unmodelled('shop/l7', 'shop')] });
    const text = story(found, WEB, DB, ConnectionSet.port('TCP', 80)).join('\n');
    expect(text).toMatch(
      /unknown\.[^]*entering shop\/db\[Deployment\]: not known; CiliumNetworkPolicy shop\/l7[^]*Not known: Cilium/,
    );
    expect(text).not.toContain('To let it through');
  });

  it('names the assumptions that it rests on', () => {
    const fromAll = { podSelector: APP_DB, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] };
    expect(tell(WEB, DB, 80, fromAll).at(-1)).toMatch(/^This rests on: an ipBlock matches pods/);
  });
});
