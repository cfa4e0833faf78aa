import { describe, expect, it } from 'vitest';
import { workload } from '../../support/predicted.ts';
import { allowLines, API, cases, DB, DENY, findingsOf, NAMESPACES, OUT, policy, WEB } from './support.ts';

const BASE = [NAMESPACES, WEB, API, DB, DENY, OUT];
const TO_DB = policy(
  'db',
  '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 5432}, {port: 9090}]}]}',
);

describe('what the policies allow and no requirement documents', () => {
  it('is told by the rule that lets it through, as an exact set', () => {
    const found = findingsOf(cases('from: shop/api, mayReach: shop/db, on: [5432]'), ...BASE, TO_DB);
    expect(allowLines(found)).toEqual([
      'shop/db rule 1 ingress: TCP 5432,9090 from shop/db, shop/web to shop/db',
      'shop/db rule 1 ingress: TCP 9090 from shop/api to shop/db',
    ]);
    expect(found).toMatchObject([
      { rule: 'undocumented-allow', severity: 'warning', fails: false, position: { file: 'manifests.yaml', line: 22 } },
    ]);
    expect(found[0]?.message).toBe(
      'ingress rule 1 of shop/db lets through what no requirement documents: TCP 5432,9090 from shop/db[Deployment], shop/web[Deployment] to shop/db[Deployment]; TCP 9090 from shop/api[Deployment] to shop/db[Deployment]',
    );
  });

  it('is told by the rule of a policy of Calico as well', () => {
    const calico = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  selector: app == 'db'
  ingress:
    - {action: Deny, source: {selector: app == 'web'}}
    - {action: Allow, protocol: TCP, source: {selector: all()}, destination: {ports: [5432, 9090]}}`;
    const found = findingsOf(
      cases('from: shop/api, mayReach: shop/db, on: [5432]'),
      NAMESPACES,
      WEB,
      API,
      DB,
      OUT,
      calico,
    );
    const name = 'NetworkPolicy.projectcalico.org shop/db rule 2 ingress';
    expect(allowLines(found).filter((line) => line.startsWith('NetworkPolicy.projectcalico.org'))).toEqual([
      `${name}: TCP 9090 from shop/api, shop/db to shop/db`,
      `${name}: TCP 5432 from shop/db to shop/db`,
    ]);
  });

  it('is nothing where every allow is named', () => {
    const all = cases(
      'from: [shop/api, shop/web, shop/db], mayReach: shop/db, on: [5432, 9090]',
      'from: shop/api, mayReach: {cidr: 0.0.0.0/0}, on: [443]',
    );
    expect(findingsOf(all, ...BASE, TO_DB)).toEqual([]);
  });

  it('is not documented by mayNotReach, by otherwise, or by a case that has expired', () => {
    const requirements = `requirements: shop
otherwise: mayNotReach
cases:
  - {id: C-1, from: [shop/web, shop/db], mayNotReach: shop/db, on: [5432, 9090]}
  - {id: C-2, from: shop/api, mayReach: shop/db, on: [5432, 9090], expires: 2027-01-14}
`;
    const whole = 'shop/db rule 1 ingress: TCP 5432,9090 from shop/* to shop/db';
    expect(allowLines(findingsOf(requirements, ...BASE, TO_DB))).toEqual([whole]);
    const lastDay = requirements.replace('2027-01-14', '2027-01-15');
    expect(allowLines(findingsOf(lastDay, ...BASE, TO_DB))).toEqual([whole.replace('shop/*', 'shop/db, shop/web')]);
  });

  it('is documented by a service at the target port of its pods', () => {
    const service = `{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop},
      spec: {selector: {app: db}, ports: [{port: 80, targetPort: 5432}]}}`;
    const requirements = cases('from: [shop/api, shop/web, shop/db], mayReach: {service: shop/db}, on: [80]');
    expect(allowLines(findingsOf(requirements, ...BASE, TO_DB, service))).toEqual([
      'shop/db rule 1 ingress: TCP 9090 from shop/* to shop/db',
    ]);
  });

  it('stands under each rule that lets it through, for it has to be closed at each', () => {
    const rules = policy(
      'db',
      `{podSelector: {matchLabels: {app: db}}, ingress: [
        {from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80, endPort: 90}]},
        {from: [{podSelector: {}}], ports: [{port: 85, endPort: 88}]},
        {from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 95}]}]}`,
    );
    const documented = cases('from: [shop/api, shop/db], mayReach: shop/db, on: [85-88, 95]');
    expect(allowLines(findingsOf(documented, ...BASE, rules))).toEqual([
      'shop/db rule 1 ingress: TCP 80-90 from shop/web to shop/db',
      'shop/db rule 2 ingress: TCP 85-88 from shop/web to shop/db',
    ]);
  });

  it('stands under the rule that lets it out, where no policy isolates the destination', () => {
    const onlyEgress = [
      NAMESPACES,
      WEB,
      workload('other/tool', { ports: '[]' }),
      '{apiVersion: v1, kind: Namespace, metadata: {name: other}}',
      policy(
        'web',
        '{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{port: 443}]}]}',
      ),
    ];
    const known = cases(
      'from: {cidr: 0.0.0.0/0}, mayReach: other/tool, on: [any]',
      ['from: other/tool, mayReach: [{cidr: 0.0.0.0/0}, other/tool], on: [any]'].join(''),
    );
    expect(allowLines(findingsOf(known, ...onlyEgress))).toEqual([
      'shop/web rule 1 egress: TCP 443 from shop/web to other/tool',
    ]);
  });

  it('names the workload where nothing isolates either end, and notes it: the gap is a warning already', () => {
    const found = findingsOf(cases('from: shop/web, mayReach: shop/db, on: [5432]'), NAMESPACES, WEB, DB);
    expect(allowLines(found)).toEqual([
      'shop/db ingress: all from all addresses, shop/db to shop/db',
      'shop/db ingress: SCTP 1-65535; TCP 1-5431,5433-65535; UDP 1-65535 from shop/web to shop/db',
      'shop/db egress: all from shop/db to all addresses',
      'shop/web ingress: all from all addresses, shop/* to shop/web',
      'shop/web egress: all from shop/web to all addresses',
    ]);
    expect(found.filter(({ rule }) => rule === 'undocumented-allow').map(({ severity }) => severity)).toEqual(
      Array.from({ length: 4 }, () => 'note'),
    );
    expect(found[0]?.message).toMatch(
      /^no policy isolates shop\/db\[Deployment\] for ingress, and no requirement documents everything from every IPv4/,
    );
  });
});

describe('with addresses outside', () => {
  const block = (spec: string) => policy('web', `{podSelector: {matchLabels: {app: web}}, ${spec}}`);
  const BOTH = 'ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24}}, {ipBlock: {cidr: 203.0.113.0/24}}]}]';

  it('cuts out what is documented, in ports and in addresses', () => {
    const requirements = cases(
      'from: {cidr: 203.0.113.0/25}, mayReach: shop/web, on: [443]',
      'from: {cidr: 198.51.100.0/24}, mayReach: shop/web, on: [any]',
    );
    expect(allowLines(findingsOf(requirements, NAMESPACES, WEB, DENY, block(BOTH)))).toEqual([
      'shop/web rule 1 ingress: all from 203.0.113.128-203.0.113.255 to shop/web',
      'shop/web rule 1 ingress: SCTP 1-65535; TCP 1-442,444-65535; UDP 1-65535 from 203.0.113.0-203.0.113.127 to shop/web',
    ]);
  });

  it('tells each rule with the addresses that it names', () => {
    const rules = `policyTypes: [Egress], egress: [
      {to: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 443}]},
      {to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 443}]}]`;
    const requirements = cases('from: shop/web, mayReach: {cidr: 198.51.100.0/25}, on: [443]');
    expect(allowLines(findingsOf(requirements, NAMESPACES, WEB, DENY, block(rules)))).toEqual([
      'shop/web rule 1 egress: TCP 443 from shop/web to 198.51.100.128-198.51.100.255',
      'shop/web rule 2 egress: TCP 443 from shop/web to 203.0.113.0-203.0.113.255',
    ]);
  });

  it('takes a host for every address on its ports: which it has, no file says', () => {
    const rules = 'policyTypes: [Egress], egress: [{ports: [{port: 443}, {port: 80}]}]';
    const requirements = cases('from: shop/web, mayReach: {host: api.stripe.com}, on: [443]');
    expect(allowLines(findingsOf(requirements, NAMESPACES, WEB, DENY, block(rules)))).toEqual([
      'shop/web rule 1 egress: TCP 80 from shop/web to all addresses',
    ]);
  });

  it('counts no outsider as an address', () => {
    const requirements = cases('from: outsider, mayReach: shop/web, on: [8080]');
    expect(
      allowLines(findingsOf(requirements, NAMESPACES, WEB, DENY, block('ingress: [{ports: [{port: 8080}]}]'))),
    ).toEqual(['shop/web rule 1 ingress: TCP 8080 from all addresses to shop/web']);
  });
});

describe('what nobody need document', () => {
  const DNS = workload('kube-system/kube-dns', { labels: { 'k8s-app': 'kube-dns' } });
  const SYSTEM = '{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}';
  const ASK = policy(
    'dns',
    `{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}],
      ports: [{protocol: UDP, port: 53}, {port: 53}]}]}`,
  );
  const CLOSED = policy('deny', '{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}', 'kube-system');

  it('is DNS for whoever may reach something, and for nobody else', () => {
    const requirements = cases('from: shop/web, mayReach: shop/api, on: [3000]');
    const lines = allowLines(findingsOf(requirements, NAMESPACES, SYSTEM, WEB, API, DNS, DENY, ASK, CLOSED));
    expect(lines.filter((line) => line.includes('shop/'))).toEqual([
      'kube-system/deny rule 1 ingress: TCP 53; UDP 53 from shop/api to kube-system/kube-dns',
    ]);
  });

  it('is what no policy can close: nodes among themselves', () => {
    const node = workload('shop/node', { hostNetwork: true });
    const other = workload('shop/other', { hostNetwork: true });
    expect(findingsOf(cases('from: outsider, mayNotReach: shop/web'), NAMESPACES, node, other, WEB, DENY)).toEqual([
      expect.objectContaining({ rule: 'undocumented-unknown' }),
    ]);
  });
});

it('cuts long messages sensibly, and keeps everything in the record', () => {
  const many = Array.from({ length: 12 }, (_, index) => workload(`n${index}/tool`));
  const open = policy('open', '{podSelector: {}, ingress: [{}]}');
  const [first] = findingsOf(cases('from: outsider, mayNotReach: shop/db'), NAMESPACES, DB, open, ...many).filter(
    ({ object }) => object === 'shop/open rule 1',
  );
  expect(first?.message).toBe(
    'ingress rule 1 of shop/open lets through what no requirement documents: everything from every IPv4 address, n0/tool[Deployment], n1/tool[Deployment] and 11 more to shop/db[Deployment]',
  );
  expect(first?.allows).toEqual([expect.objectContaining({ pairs: 14, connections: 'all' })]);
  expect(first?.allows?.[0]?.from).toHaveLength(14);
});
