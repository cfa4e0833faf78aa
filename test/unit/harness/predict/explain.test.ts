import { describe, expect, it } from 'vitest';
import { AddressSet, ALL_IPV4 } from '../../../../src/harness/predict/addresses.ts';
import { explain } from '../../../../src/harness/predict/explain.ts';
import type { Party } from '../../../../src/harness/predict/model.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { inventory, policy, unmodelled, workload, type PolicySpec } from './fixtures.ts';

const web = workload('shop/web', { app: 'web' });
const db = workload('shop/db', { app: 'db' });
const WEB: Party = { kind: 'workload', workload: web };
const DB: Party = { kind: 'workload', workload: db };
const APP_DB = { matchLabels: { app: 'db' } };

function tell(from: Party, to: Party, port: number, ...specs: readonly PolicySpec[]): readonly string[] {
  const policies = specs.map((spec, index) => policy(`shop/p${index}`, spec));
  return explain(createPredictor(inventory({ workloads: [web, db], policies })), from, to, { protocol: 'TCP', port });
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

  it('of a denial names the near misses, and the smallest change first', () => {
    const byPort = { podSelector: APP_DB, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }] };
    expect(tell(WEB, DB, 5433, byPort).slice(3)).toEqual([
      '    policy shop/p0 (p0.yaml:10), ingress rule 1 allows this source, but not this port.',
      'To let it through:',
      '  add TCP 5433 to policy shop/p0 (p0.yaml:10), ingress rule 1.',
    ]);
    const byPeer = { podSelector: APP_DB, ingress: [{ from: [{ podSelector: APP_DB }], ports: [{ port: 5432 }] }] };
    expect(tell(WEB, DB, 5432, byPeer).slice(3)).toEqual([
      '    policy shop/p0 (p0.yaml:10), ingress rule 1 allows this port, but not this source.',
      'To let it through:',
      '  add shop/web[Deployment] to the peers of policy shop/p0 (p0.yaml:10), ingress rule 1.',
    ]);
  });

  it('asks for a rule at each end that denies', () => {
    expect(tell(WEB, DB, 80, { policyTypes: ['Ingress', 'Egress'] }).slice(-2)).toEqual([
      '  add an egress rule that allows to shop/db[Deployment] on TCP 80, in a policy that selects shop/web[Deployment] and no more.',
      '  add an ingress rule that allows from shop/web[Deployment] on TCP 80, in a policy that selects shop/db[Deployment] and no more.',
    ]);
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
    const found = createPredictor(inventory({ workloads: [web, db], policies }));
    const lines = explain(found, WEB, DB, { protocol: 'TCP', port: 81, range: 'TCP 81-65535' });
    expect(lines[0]).toBe('shop/web[Deployment] to shop/db[Deployment], TCP 81-65535 (told of TCP 81): denied.');
    expect(lines.at(-1)).toContain('from shop/web[Deployment] on TCP 81-65535, in a policy');
  });

  it('of what is not known gives the reason, and no change', () => {
    const found = inventory({ workloads: [web, db], unmodelled: [unmodelled('shop/l7', 'shop')] });
    const text = explain(createPredictor(found), WEB, DB, { protocol: 'TCP', port: 80 }).join('\n');
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
