import { describe, expect, it } from 'vitest';
import { workload } from '../../support/predicted.ts';
import { API, cases, DB, DENY, NAMESPACES, policy, WEB } from '../undocumented/support.ts';
import { mutated, those } from './support.ts';

const DB_FROM_API = policy(
  'db',
  '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}]}',
);
const OPEN_EGRESS = [NAMESPACES, API, DB, WEB, DB_FROM_API];
const MAY = 'from: shop/api, mayReach: shop/db, on: [5432]';

describe('a mutant is noticed', () => {
  it('when a requirement that was met is not met any more, and survives otherwise', () => {
    const result = mutated(cases(MAY), ...OPEN_EGRESS);
    expect(those('killed', result)).toEqual(['shop/db: ingress rule 1 removed']);
    expect(those('survived', result)).toEqual([
      'shop/db: policy removed',
      'shop/db: podSelector app=db widened to {}',
      'shop/db: ingress rule 1 widened to every source',
      'shop/db: ingress rule 1 widened to every protocol and port',
      'shop/db: ingress rule 1: pods app=api widened to every pod',
      'shop/db: ingress rule 1: TCP 5432 widened to every TCP port',
    ]);
    expect(result).toMatchObject({ killed: 1, survived: 6, score: 100 / 7 });
  });

  it('by mayNotReach and by otherwise, too', () => {
    const requirements = `requirements: shop
otherwise: mayNotReach
cases:
  - {id: C-1, ${MAY}}
  - {id: C-2, from: [outsider, {cidr: 0.0.0.0/0}], mayNotReach: shop/db}
  - {id: C-3, from: [shop/web, {cidr: 0.0.0.0/0}, outsider], mayReach: [shop/web, shop/api], on: [any]}
  - {id: C-4, from: [shop/api, shop/db], mayReach: [shop/api, shop/web], on: [any]}
`;
    const result = mutated(requirements, ...OPEN_EGRESS);
    expect(those('survived', result)).toEqual([]);
    expect(those('equivalent', result)).toEqual(['shop/db: ingress rule 1: pods app=api widened to every namespace']);
    const killers = Object.fromEntries(
      result.mutants.flatMap((one) => (one.outcome === 'killed' ? [[one.mutant.kind, one.by]] : [])),
    );
    expect(killers).toEqual({
      'remove-policy': 'C-2',
      'widen-selector': 'C-3',
      'remove-rule': 'C-1',
      'widen-peers': 'C-2',
      'widen-pods': 'shop/otherwise',
      'widen-ports': 'shop/otherwise',
      'widen-port': 'shop/otherwise',
    });
  });

  it('by no requirement that is not met as the policies are, or that has expired', () => {
    const requirements = cases(`${MAY}, expires: 2027-01-14`, 'from: shop/web, mayReach: shop/db, on: [5432]');
    const result = mutated(requirements, ...OPEN_EGRESS);
    expect(result.killed).toBe(0);
    expect(result.blind.map(({ id }) => id)).toEqual(['C-1', 'C-2']);
    expect(mutated(cases(`${MAY}, expires: 2027-01-15`), ...OPEN_EGRESS)).toMatchObject({ killed: 1, blind: [] });
  });

  it('by a name that does not resolve any more, where the policy of the DNS rule is hurt', () => {
    const service = `{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}, ports: [{port: 5432}]}}`;
    const egress = policy(
      'api',
      `{podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], egress: [
        {to: [{podSelector: {matchLabels: {app: db}}}]},
        {to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}, {port: 53}]}]}`,
    );
    const byName = cases('from: shop/api, mayReach: {service: shop/db}, on: [5432]');
    const result = mutated(byName, NAMESPACES, API, DB, service, egress);
    expect(those('killed', result)).toContain('shop/api: egress rule 2: UDP 53 removed');
    const tcp = result.mutants.find(({ mutant }) => mutant.description === 'egress rule 2: TCP 53 removed');
    expect(tcp).toMatchObject({ outcome: 'equivalent', why: expect.stringContaining('cluster DNS') as string });
  });

  it("by a name, where the DNS server's own policy is hurt", () => {
    const system = '{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}';
    const dns = workload('kube-system/dns', { labels: { 'k8s-app': 'kube-dns' } });
    const server = policy('dns', '{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}', 'kube-system');
    const host = cases('from: shop/api, mayReach: {host: api.stripe.com}, on: [443]');
    const result = mutated(host, NAMESPACES, API, system, dns, server);
    expect(those('killed', result)).toEqual(['kube-system/dns: ingress rule 1 removed']);
  });
});

describe('what does not count', () => {
  it('changes nothing: the other end still denies, or another rule still allows', () => {
    const twice = policy(
      'again',
      '{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}, {port: 5433}]}]}',
    );
    const result = mutated(cases(MAY), NAMESPACES, API, DB, DENY, DB_FROM_API, twice);
    expect(those('equivalent', result)).toEqual(
      expect.arrayContaining(['shop/db: policy removed', 'shop/db: ingress rule 1 removed']),
    );
  });

  it('is not known before or after', () => {
    const elsewhere = workload('elsewhere/tool');
    const rule = policy(
      'db',
      '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}], ports: [{port: 1}]}, {from: [{namespaceSelector: {matchLabels: {team: b}}}], ports: [{port: 2}]}]}',
    );
    const result = mutated(cases('from: outsider, mayNotReach: shop/db'), NAMESPACES, elsewhere, DB, rule);
    expect(those('unknown', result)).toEqual(
      [1, 2].flatMap((n) => [
        `shop/db: ingress rule ${n} removed`,
        `shop/db: ingress rule ${n} widened to every protocol and port`,
        `shop/db: ingress rule ${n}: TCP ${n} widened to every TCP port`,
      ]),
    );
    expect(result).toMatchObject({ killed: 5, survived: 0 });
  });

  it('leaves no score where nothing counts', () => {
    const idle = policy('idle', '{podSelector: {matchLabels: {app: none}}, ingress: [{}]}', 'elsewhere');
    const result = mutated(cases('from: shop/db, mayReach: shop/db, on: [1]'), NAMESPACES, DB, idle);
    expect(those('equivalent', result)).toEqual([
      'elsewhere/idle: policy removed',
      'elsewhere/idle: podSelector app=none widened to {}',
      'elsewhere/idle: ingress rule 1 removed',
    ]);
    expect(result).toMatchObject({ killed: 0, survived: 0, score: null, cases: [] });
  });
});

describe('the case that would notice', () => {
  const caught = (requirements: string, description: string, ...manifests: readonly string[]) => {
    const found = mutated(requirements, ...manifests).mutants.find(({ mutant }) => mutant.description === description);
    if (found?.outcome !== 'survived') throw new Error(`${description}: ${found?.outcome ?? 'not there'}`);
    return found.caughtBy;
  };

  it('forbids strangers what the mutant gives them', () => {
    expect(caught(cases(MAY), 'ingress rule 1 widened to every source', ...OPEN_EGRESS)).toMatchObject({
      from: ['outsider', 'shop/web'],
      expect: 'mayNotReach',
      to: ['shop/db'],
    });
  });

  it('demands what the mutant takes away, at the declared port', () => {
    const all = policy(
      'db',
      '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]}',
    );
    const requirements = cases('from: outsider, mayNotReach: shop/db');
    expect(caught(requirements, 'ingress rule 1 removed', NAMESPACES, API, DB, all)).toEqual({
      id: expect.stringMatching(/^MUTANT-\d$/u) as string,
      from: ['shop/api'],
      expect: 'mayReach',
      to: ['shop/db'],
      on: ['5432/tcp'],
    });
  });

  it('names the addresses that egress is opened to, and a kind where the name alone is not enough', () => {
    const egress = policy(
      'db',
      '{podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}]}',
    );
    const twin = workload('shop/db', { kind: 'StatefulSet', labels: { app: 'other' } });
    const result = mutated(cases('from: outsider, mayNotReach: shop/web'), NAMESPACES, DB, twin, WEB, DENY, egress);
    const widened = result.mutants.find(({ mutant }) => mutant.kind === 'widen-port');
    expect(widened).toMatchObject({
      caughtBy: {
        from: ['shop/db[Deployment]'],
        to: ['{cidr: 203.0.113.0/24}'],
        on: ['1-442/tcp', '444-65535/tcp', '1-65535/udp', '1-65535/sctp'],
      },
    });
  });

  it('takes no id that is taken', () => {
    const requirements = `requirements: shop\ncases: [{id: MUTANT-1, ${MAY}}]\n`;
    const { cases: written } = mutated(requirements, ...OPEN_EGRESS);
    expect(written.map(({ id }) => id)).toEqual(written.map((_, index) => `MUTANT-${index + 2}`));
    expect(written.length).toBeGreaterThan(1);
  });
});
