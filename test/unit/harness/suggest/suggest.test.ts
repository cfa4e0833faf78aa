import { describe, expect, test } from 'vitest';
import { documents, workload } from '../../support/predicted.ts';
import { namespace, object, proven, SHOP, specs, suggestFor } from './suggested.ts';

const ALL_WELL = { notMet: [], excess: [] };
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const inNamespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
const DNS_RULE = {
  to: [{ ...inNamespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
  ports: [
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 53 },
  ],
};
const DENY = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };

describe('what a mayReach case becomes', () => {
  test('between namespaces: an egress rule here, an ingress rule there, a default deny in both', () => {
    const suggestion = suggestFor('{id: A, from: shop/api, mayReach: data/db, on: [5432]}');
    expect(specs(suggestion)).toEqual({
      'data/allow-db': {
        ...pods('db'),
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ...inNamespace('shop'), ...pods('api') }], ports: [{ protocol: 'TCP', port: 5432 }] }],
      },
      'data/default-deny': DENY,
      'shop/allow-api': {
        ...pods('api'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ...inNamespace('data'), ...pods('db') }], ports: [{ protocol: 'TCP', port: 5432 }] }],
      },
      'shop/default-deny': DENY,
    });
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });

  test('to a service: its target port, and DNS for who dials it', () => {
    const service = object('Service', 'shop/api', '{selector: {app: api}, ports: [{port: 80, targetPort: http}]}');
    const suggestion = suggestFor('{id: A, from: shop/web, mayReach: {service: shop/api}}', documents(SHOP, service));
    expect(specs(suggestion)['shop/allow-web']).toMatchObject({
      egress: [{ to: [pods('api')], ports: [{ protocol: 'TCP', port: 8080 }] }, DNS_RULE],
    });
    expect(specs(suggestion)['shop/allow-api']).toMatchObject({
      ingress: [{ from: [pods('web')], ports: [{ protocol: 'TCP', port: 8080 }] }],
    });
    expect(proven(suggestion)).toEqual(ALL_WELL);
    expect(suggestion.notes).toEqual([expect.stringMatching(/kube-dns is assumed/)]);
  });

  test('ranges, protocols and every port are written exactly', () => {
    const suggestion = suggestFor(`
      {id: A, from: shop/web, mayReach: shop/api, on: [8000-8010, 53/udp]}
      {id: B, from: shop/web, mayReach: data/db, on: [any]}
      {id: C, from: data/db, mayReach: shop/api, on: [1-65535/udp]}`);
    expect(specs(suggestion)['shop/allow-web']).toMatchObject({
      egress: [
        { to: [{ ...inNamespace('data'), ...pods('db') }] },
        {
          to: [pods('api')],
          ports: [
            { protocol: 'TCP', port: 8000, endPort: 8010 },
            { protocol: 'UDP', port: 53 },
          ],
        },
      ],
    });
    expect(specs(suggestion)['data/allow-db']).toMatchObject({ egress: [{ ports: [{ protocol: 'UDP' }] }] });
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });

  test('a CIDR is an ipBlock, a host is said to be unknown and not invented', () => {
    const suggestion = suggestFor(`
      {id: A, from: shop/api, mayReach: {cidr: 203.0.113.0/24}, on: [443]}
      {id: B, from: {cidr: '2001:db8::/32'}, mayReach: shop/web, on: [80]}
      {id: C, from: shop/api, mayReach: {host: api.example.com}, on: [443]}`);
    expect(specs(suggestion)['shop/allow-api']).toMatchObject({
      egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 443 }] }, DNS_RULE],
    });
    expect(specs(suggestion)['shop/allow-web']).toMatchObject({
      ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32' } }] }],
    });
    expect(proven(suggestion).excess).toEqual([]);
    expect(proven(suggestion).notMet).toEqual([
      // Some addresses are allowed by A, others are not: which the host has is not known.
      expect.stringMatching(/^C inconclusive: the addresses of api\.example\.com are not known, and a NetworkPolicy/),
    ]);
    expect(suggestion.yaml).toMatch(/^# Not met: C: the addresses of api\.example\.com/m);
  });

  test('an outsider is every pod where it enters, and every pod elsewhere where it is dialled', () => {
    const suggestion = suggestFor(`
      {id: A, from: outsider, mayReach: shop/web, on: [80]}
      {id: B, from: data/db, mayReach: shop/web, on: [80]}
      {id: C, from: shop/api, mayReach: outsider, on: [80]}`);
    expect(specs(suggestion)['shop/allow-web']).toMatchObject({
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 80 }] }],
    });
    const elsewhere = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['data', 'shop'] };
    expect(specs(suggestion)['shop/allow-api']).toMatchObject({
      egress: [{ to: [{ namespaceSelector: { matchExpressions: [elsewhere] } }] }],
    });
    expect(suggestion.suggested.find(({ name }) => name === 'allow-web')?.ingress[0]?.serves).toEqual(['A', 'B']);
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });

  test('who may reach anyone gets one open peer, and everybody here lets it in', () => {
    const suggestion = suggestFor(
      '{id: A, from: shop/web, mayReach: anyone, on: [9090]}',
      documents(SHOP),
      'endpoints: {db: data/db}\n',
    );
    expect(specs(suggestion)['shop/allow-web']).toMatchObject({ egress: [{ to: [{ namespaceSelector: {} }] }] });
    expect(specs(suggestion)['data/allow-db']).toMatchObject({
      ingress: [{ from: [{ ...inNamespace('shop'), ...pods('web') }] }],
    });
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });

  test('one replica to another is a rule about itself', () => {
    const suggestion = suggestFor('{id: A, from: data/db, mayReach: data/db, on: [5432]}');
    const rule = [expect.objectContaining({ ports: [{ protocol: 'TCP', port: 5432 }] })];
    expect(specs(suggestion)['data/allow-db']).toMatchObject({ ingress: rule, egress: rule });
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });

  test('an expired case is not served', () => {
    const suggestion = suggestFor(`
      {id: A, from: shop/web, mayReach: shop/api, on: [8080], expires: 2027-01-14}
      {id: B, from: shop/web, mayReach: data/db, on: [5432], expires: 2027-01-15}`);
    expect(Object.keys(specs(suggestion))).toEqual([
      'data/allow-db',
      'data/default-deny',
      'shop/allow-web',
      'shop/default-deny',
    ]);
    expect(suggestion.notes).toContain('A expired on 2027-01-14 and is not served: renew it or remove it');
    expect(proven(suggestion).notMet).toEqual([expect.stringMatching(/^A violated: expired on 2027-01-14/)]);
  });
});

describe('mayNotReach', () => {
  test('is served by the default deny, whose comment names it', () => {
    const suggestion = suggestFor('{id: A, from: shop/web, mayNotReach: data/db, because: cards}');
    expect(Object.keys(specs(suggestion))).toEqual(['data/default-deny', 'shop/default-deny']);
    expect(suggestion.yaml).toContain('#   A: cards\n');
    expect(proven(suggestion)).toEqual(ALL_WELL);
  });

  test.each([
    [
      'ports',
      '{id: A, from: shop/web, mayReach: shop/api, on: [8080]}',
      '{id: B, from: shop/web, mayNotReach: shop/api}',
      /^A and B contradict each other: shop\/web\[Deployment\] → shop\/api\[Deployment\] TCP 8080 \(B at net\.reach\.yaml:\d+:\d+\)/,
    ],
    [
      'addresses',
      '{id: A, from: shop/web, mayReach: {cidr: 10.0.0.0/8}, on: [443]}',
      '{id: B, from: shop/web, mayNotReach: {cidr: 10.1.0.0/16}, on: [1-1024]}',
      /^A and B contradict each other: shop\/web\[Deployment\] → 10\.0\.0\.0\/8 TCP 443/,
    ],
    [
      'members of anyone',
      '{id: A, from: outsider, mayReach: shop/web, on: [80]}',
      '{id: B, from: anyone, mayNotReach: shop/web}',
      /^A and B contradict each other: outsider → shop\/web/,
    ],
  ])('contradicting by %s is an error that names both', (_, may, mayNot, message) => {
    expect(() => suggestFor(`${may}\n${mayNot}`)).toThrow(message);
    expect(() => suggestFor(`${may}\n${mayNot}`)).toThrow(expect.objectContaining({ code: 'REQUIREMENT_INVALID' }));
  });

  test('contradicts a name where it forbids the DNS that answers for it', () => {
    const manifests = documents(
      SHOP,
      object('Service', 'shop/api', '{selector: {app: api}, ports: [{port: 8080}]}'),
      workload('kube-system/coredns', { labels: { 'k8s-app': 'kube-dns' } }),
    );
    const cases = '{id: A, from: shop/web, mayReach: {service: shop/api}}';
    const head = 'otherwise: mayNotReach\nendpoints: {dns: kube-system/coredns}\n';
    expect(() => suggestFor(cases, manifests, head)).toThrow(
      /A and otherwise contradict each other: .*coredns.* TCP 53; UDP 53, which the name that A uses needs/,
    );
    const allowed = `${cases}\n{id: B, from: shop/web, mayReach: dns, on: [53/udp, 53/tcp]}`;
    expect(proven(suggestFor(allowed, manifests, head))).toEqual(ALL_WELL);
  });

  test('between ends that no policy of these namespaces holds is said to be out of reach', () => {
    const cases = '{id: A, from: {cidr: 203.0.113.0/24}, mayNotReach: anyone}';
    expect(proven(suggestFor(cases)).notMet).toEqual([
      expect.stringMatching(
        /^A violated: 203\.0\.113\.0\/24 → outsider: no NetworkPolicy of these namespaces could stop it/,
      ),
    ]);
  });
});

describe('the text', () => {
  test('keeps a comment a comment, whatever an author writes', () => {
    const suggestion = suggestFor(
      String.raw`{id: A, from: shop/web, mayReach: shop/api, on: [8080], because: "b\nkind: Pod\r\n---\u2028x"}`,
    );
    expect(suggestion.policies.map(({ id }) => id)).toEqual(['shop/allow-api', 'shop/allow-web', 'shop/default-deny']);
    expect(suggestion.yaml).not.toMatch(/^kind: Pod|^---x|\u2028/m);
  });

  test('quotes labels that a parser could take for something else', () => {
    const manifests = documents(
      namespace('shop'),
      workload('shop/a', { labels: { app: 'yes' } }),
      workload('shop/b', { labels: { app: '012' } }),
    );
    const { yaml } = suggestFor('{id: A, from: shop/a, mayReach: shop/b, on: [80]}', manifests);
    expect(yaml).toContain("app: 'yes'");
    expect(yaml).toContain("app: '012'");
  });
});

test('does not grant what may not be meant, and says so', () => {
  const manifests = documents(
    namespace('shop'),
    namespace('prod', { env: 'prod' }),
    workload('shop/db', { ports: '[{containerPort: 5432}]' }),
    workload('prod/web'),
    workload('team/web'),
  );
  const suggestion = suggestFor('{id: A, from: {namespaces: {env: prod}}, mayReach: shop/db, on: [5432]}', manifests);
  expect(proven(suggestion).notMet.join()).toMatch(
    /^A inconclusive: the namespace team is used but not defined, so whether .* means team\/web\[Deployment\] is not known: add the Namespace/,
  );
  const { policies } = suggestion;
  expect(policies.filter(({ namespace: ns }) => ns === 'team').flatMap(({ egress }) => egress)).toEqual([]);
  const peers = JSON.stringify(policies.filter(({ namespace: ns }) => ns === 'shop').map(({ ingress }) => ingress));
  expect(peers).toContain('prod');
  expect(peers).not.toContain('team');
});
