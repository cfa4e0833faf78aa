import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainQuestion } from '../../../../src/harness/explain/question.ts';
import { Storyteller } from '../../../../src/harness/explain/story.ts';
import { Survey, type Deciding } from '../../../../src/harness/explain/survey.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import type { Allowance } from '../../../../src/harness/predict/model.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { questionOf } from '../../../../src/cli/question.ts';
import { mixedPolicies } from '../predict/admin/fixtures.ts';
import { openInventories } from '../predict/arbitraries.ts';
import { inventory, policy, service, workload } from '../predict/fixtures.ts';
import { pairsOf } from '../predict/points.ts';

const HTTP = [{ name: 'http', protocol: 'TCP', port: 8080 }] as const;
const MANY = Array.from({ length: 50 }, (_, index) =>
  workload(`shop/w${index}`, { app: `w${index}`, side: index % 2 === 0 ? 'front' : 'back' }),
);
const STORES = Array.from({ length: 50 }, (_, index) =>
  workload(`data/d${index}`, { app: `d${index}` }, { ports: HTTP }),
);
const LET_FRONT_IN = { namespaceSelector: {}, podSelector: { matchLabels: { side: 'front' } } };

function ask(found: Inventory, from: string, to: string, port: string): readonly string[] {
  const namespaces = found.namespaces.map(({ name }) => name);
  return explainQuestion(questionOf({ from, to, port }, [], namespaces), found, createPredictor(found));
}

describe('a pair of namespaces', () => {
  const found = inventory({
    workloads: [...MANY, ...STORES],
    policies: [
      policy('data/shut', { policyTypes: ['Ingress', 'Egress'] }),
      policy('data/front', { ingress: [{ from: [LET_FRONT_IN], ports: [{ port: 'http' }] }] }),
    ],
  });

  it('of 50 x 50 workloads is told in a page, by the rules that decide', () => {
    const lines = ask(found, 'shop', 'data', 'http');
    expect(lines.length).toBeLessThan(40);
    expect(lines.slice(0, 4)).toEqual([
      'shop/* to data/*, http: 1250 of 2500 pairs may connect, 1250 have something that is denied.',
      '',
      'Allowed:',
      '  no policy isolates for egress; let in by policy data/front (front.yaml:10), ingress rule 1:',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}shop\/w0.*and 19 more to data\/\*: TCP 8080$/) as unknown);
    expect(lines).toContain('  entering: no rule lets it through:');
    expect(lines).toContain('To let shop/w1[Deployment] through to data/d0[Deployment], TCP 8080:');
    expect(lines.slice(-6)).toEqual([
      '',
      'Isolated for egress:',
      '  not at all: shop/*',
      '',
      'Isolated for ingress:',
      '  all 50: policy data/shut (shut.yaml:1), policy data/front (front.yaml:1)',
    ]);
  });

  it('of every port tells what is denied as all but what is allowed, and a change for a declared port', () => {
    const lines = ask(found, 'shop', 'data', 'any');
    expect(lines[0]).toContain('every protocol and port: 1250 of 2500 pairs may connect, 2500 have something that is');
    expect(lines).toContainEqual(expect.stringMatching(/to data\/\*: all but TCP 8080$/) as unknown);
    expect(lines.filter((line) => line.startsWith('To let'))).toEqual([
      'To let shop/w1[Deployment] through to data/d0[Deployment], TCP 8080:',
    ]);
  });

  it('leaves out, and names, who has no port of that name; where nobody has it is an error', () => {
    const some = inventory({ workloads: [MANY, STORES, workload('data/mute')].flat(), policies: found.policies });
    expect(ask(some, 'shop/w0', 'data', 'http').slice(-2)).toEqual([
      'Left out:',
      '  data/mute[Deployment]: has no port of that name',
    ]);
    expect(() => ask(some, 'shop/w0', 'shop', 'http')).toThrow(expect.objectContaining({ code: 'PORT_UNKNOWN' }));
  });

  it('says what is not known of it, and why', () => {
    const undefinedShop = found.namespaces.map((one) => (one.name === 'shop' ? { ...one, defined: false } : one));
    const guarded = policy('data/front', {
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { env: 'prod' } } }] }],
    });
    const open = { ...found, namespaces: undefinedShop, policies: [guarded] };
    const lines = ask(open, 'shop', 'data', '80');
    expect(lines[0]).toContain('0 of 2500 pairs may connect, 0 have something that is denied, 2500 have something');
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}namespace shop is used but not defined, so whether/) as unknown,
    );
  });
});

describe('what a page rests on', () => {
  it('is told once, whichever pairs it is of', () => {
    const fromAll = { ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] };
    const some = inventory({ workloads: [...MANY, ...STORES], policies: [policy('data/p', fromAll)] });
    const lines = ask(some, 'shop', 'data', '80');
    const at = lines.indexOf('This rests on:');
    expect(lines.slice(at + 1, at + 3)).toEqual([
      expect.stringMatching(/^ {2}an ipBlock matches pods by their addres/),
      '',
    ]);
  });
});

describe('a name', () => {
  const web = workload('shop/web', { app: 'web' });
  const api = workload('shop/api', { app: 'api' }, { ports: [{ name: 'http', protocol: 'TCP', port: 3000 }] });
  const port = { name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' } as const;
  const found = inventory({
    workloads: [web, api],
    services: [service('shop/api', { selector: { app: 'api' }, ports: [port] })],
    policies: [policy('shop/shut', { policyTypes: ['Egress'] })],
  });

  it('of a service is told by its pods at their target port, once, with the cluster DNS that it needs', () => {
    const lines = ask(found, 'shop/web', 'service:shop/api', '80');
    expect(lines.filter((line) => line.includes(': denied.'))).toEqual([
      'shop/web[Deployment] → shop/api[Service] by its name, TCP 80: denied.',
      'shop/web[Deployment] → shop/api[Service], TCP 80: denied.',
      'shop/web[Deployment] to kube-system/kube-dns[Deployment], UDP 53: denied.',
      'shop/web[Deployment] to shop/api[Deployment], TCP 3000: denied.',
    ]);
    expect(lines.at(-1)).toContain(
      'egress: [{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 3000}]}]}',
    );
  });

  it('of a host cannot stand in a policy, and what to do is said', () => {
    expect(ask(found, 'shop/web', 'api.stripe.com', '443')).toContain(
      '  Policies know no names: to let it through, allow the addresses of api.stripe.com, or ask about one of them.',
    );
  });
});

describe('a survey', () => {
  it('holds of every pair exactly what the sets say, whatever was asked about once for many', () => {
    fc.assert(
      fc.property(openInventories, mixedPolicies, (known, adminPolicies) => {
        const found = { ...known, adminPolicies };
        const predictor = createPredictor(found);
        const survey = new Survey(predictor, new Storyteller(found, predictor));
        for (const [from, to] of pairsOf(found)) survey.add({ from: party(from), to: party(to), connections: ALL });
        for (const [from, to] of pairsOf(found)) {
          const { allowed, unknown } = predictor.between(from, to);
          expect(toldOf('allowed', from.id, to.id)).toBe(allowed.format());
          expect(toldOf('unknown', from.id, to.id)).toBe(unknown.format());
          expect(toldOf('denied', from.id, to.id)).toBe(ALL.subtract(allowed).subtract(unknown).format());
        }

        function toldOf(outcome: Allowance, from: string, to: string): string {
          const sets = survey.groups(outcome).flatMap((group) => blocksOf(group, from, to));
          expect(sets.reduce((sum, set) => sum + sizeOf(set), 0)).toBe(sizeOf(union(sets)));
          return union(sets).format();
        }
      }),
      { numRuns: 40 },
    );
  });
});

const ALL = ConnectionSet.ALL;

function party(one: Inventory['workloads'][number]) {
  return { kind: 'workload' as const, workload: one };
}

function blocksOf({ blocks }: Deciding, from: string, to: string): readonly ConnectionSet[] {
  return blocks
    .finish()
    .filter((block) => block.from.includes(from) && block.to.includes(to))
    .map(({ connections }) => connections);
}

function union(sets: readonly ConnectionSet[]): ConnectionSet {
  return sets.reduce((sum, set) => sum.union(set), ConnectionSet.NONE);
}

function sizeOf(set: ConnectionSet): number {
  return (['TCP', 'UDP', 'SCTP'] as const)
    .flatMap((protocol) => set.intervals(protocol))
    .reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
