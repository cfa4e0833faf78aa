import { describe, expect, it } from 'vitest';
import { cellLines, documents, judgeFiles, planFiles, workload } from '../../support/predicted.ts';

const namespaces = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: data}}`;
const web = workload('shop/web', { ports: '[{containerPort: 8080, name: http}]' });
const db = workload('data/db', { kind: 'StatefulSet', ports: '[{containerPort: 5432}]' });
const denyDb = `
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db, namespace: data}, spec: {podSelector: {},
  ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}}}], ports: [{port: 5432}]}]}}`;
const base = documents(namespaces, web, db, denyDb);

function set(cases: string, more = ''): string {
  return `requirements: t\n${more}\ncases:\n${cases}`;
}

function lines(cases: string, manifests = base, more = ''): Record<string, readonly string[]> {
  return Object.fromEntries([...judgeFiles(set(cases, more), manifests)].map(([id, one]) => [id, cellLines(one)]));
}

describe('ports of a requirement', () => {
  it('takes a single port as one cell', () => {
    expect(lines('  - {id: A, from: shop/web, mayReach: data/db, on: [5432]}')).toEqual({
      A: ['shop/web[Deployment] > data/db[StatefulSet] pod TCP/5432: met (allowed)'],
    });
  });

  it('means the declared ports where mayReach names none', () => {
    expect(lines('  - {id: A, from: shop/web, mayReach: data/db}')['A']).toEqual([
      'shop/web[Deployment] > data/db[StatefulSet] pod TCP/5432: met (allowed)',
    ]);
  });

  it('cuts every port exactly where the answer changes', () => {
    expect(lines('  - {id: A, from: shop/web, mayNotReach: data/db}')['A']).toEqual([
      'shop/web[Deployment] > data/db[StatefulSet] pod TCP/5432: violated (allowed)',
      'shop/web[Deployment] > data/db[StatefulSet] pod TCP/1-5431: met (denied)',
      'shop/web[Deployment] > data/db[StatefulSet] pod TCP/5433-65535: met (denied)',
      'shop/web[Deployment] > data/db[StatefulSet] pod UDP/1-65535: met (denied)',
      'shop/web[Deployment] > data/db[StatefulSet] pod SCTP/1-65535: met (denied)',
    ]);
  });

  it('tells a wholly denied pair in one cell', () => {
    expect(lines('  - {id: A, from: outsider, mayNotReach: data/db}')['A']).toEqual([
      'outsider > data/db[StatefulSet] pod any/any: met (denied)',
    ]);
  });

  it('takes a name from the destination', () => {
    expect(lines('  - {id: A, from: data/db, mayReach: shop/web, on: [http]}')['A']).toEqual([
      'data/db[StatefulSet] > shop/web[Deployment] pod TCP/8080: met (allowed)',
    ]);
  });

  it('refuses a name that the destination lacks, at its place', () => {
    expect(() => lines('  - {id: A, from: shop/web, mayReach: data/db, on: [http]}')).toThrow(
      expect.objectContaining({ code: 'PORT_UNKNOWN', position: { file: 'net.reach.yaml', line: 4, column: 53 } }),
    );
  });

  it('refuses mayReach without ports where nothing is declared', () => {
    const manifests = documents(base, workload('shop/silent'));
    expect(() => lines('  - {id: A, from: shop/web, mayReach: shop/silent}', manifests)).toThrow(
      expect.objectContaining({ code: 'PORT_UNKNOWN' }),
    );
  });
});

describe('members', () => {
  it('counts a workload to itself as one replica to another, but not a pod', () => {
    const pod = workload('shop/solo', { kind: 'Pod', ports: '[{containerPort: 1}]' });
    const all = lines(
      '  - {id: A, from: {namespace: shop}, mayReach: {namespace: shop}, on: [9]}',
      documents(base, pod),
    );
    expect(all['A']?.map((line) => line.split(' pod ')[0])).toEqual([
      'shop/solo[Pod] > shop/web[Deployment]',
      'shop/web[Deployment] > shop/solo[Pod]',
      'shop/web[Deployment] > shop/web[Deployment]',
    ]);
  });

  it('has nothing to judge where a pod is its own only destination', () => {
    const pod = workload('shop/solo', { kind: 'Pod' });
    expect(() => lines('  - {id: A, from: shop/solo, mayReach: shop/solo, on: [9]}', documents(base, pod))).toThrow(
      expect.objectContaining({ code: 'CASE_WITHOUT_CELLS' }),
    );
  });

  it('says that there are no pods at all, where `anyone` is an outsider alone', () => {
    expect(() => lines('  - {id: A, from: outsider, mayNotReach: anyone}', '')).toThrow(
      expect.objectContaining({ code: 'CASE_WITHOUT_CELLS', hint: expect.stringContaining('empty') as string }),
    );
  });

  it('says which endpoint selects nothing, and the nearest name', () => {
    expect(() => lines('  - {id: A, from: shop/wep, mayReach: data/db}')).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_SELECTS_NOTHING', hint: 'Did you mean shop/web?' }),
    );
  });

  it('says which kind there is, where the kind alone is wrong', () => {
    expect(() => lines('  - {id: A, from: "shop/web[StatefulSet]", mayReach: data/db}')).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_SELECTS_NOTHING', hint: 'Did you mean shop/web[Deployment]?' }),
    );
  });

  it('means by anyone every pod of the inventory and an outsider, and lists what it leaves out', () => {
    const agent = workload('shop/agent', { kind: 'DaemonSet', hostNetwork: true });
    const { planned } = planFiles(
      set('  - {id: A, from: anyone, mayNotReach: data/db, on: [1]}'),
      documents(base, agent),
    );
    expect(planned[0]?.leftOut).toEqual(['shop/agent[DaemonSet]: on the host network, a node as policies see it']);
    expect(planned[0]?.cells.map(({ from }) => from)).toEqual([
      'data/db[StatefulSet]',
      'shop/web[Deployment]',
      'outsider',
    ]);
  });
});

describe('services', () => {
  const service = `
{apiVersion: v1, kind: Service, metadata: {name: db, namespace: data}, spec: {selector: {app: db}, ports: [{name: sql, port: 80, targetPort: 5432}]}}`;
  const manifests = documents(base, service);

  it('are judged by their endpoints at target ports, by name and by address', () => {
    expect(lines('  - {id: A, from: shop/web, mayReach: {service: data/db}, on: [sql]}', manifests)['A']).toEqual([
      'shop/web[Deployment] > data/db[Service] service-name TCP/80: met (allowed)',
      'shop/web[Deployment] > data/db[Service] service-address TCP/80: met (allowed)',
    ]);
  });

  it('cannot be reached by name where DNS is denied', () => {
    const noDns = `
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress],
  egress: [{to: [{namespaceSelector: {}}], ports: [{port: 5432}]}]}}`;
    expect(
      lines('  - {id: A, from: shop/web, mayReach: {service: data/db}}', documents(manifests, noDns))['A'],
    ).toEqual([
      'shop/web[Deployment] > data/db[Service] service-name TCP/80: violated (denied)',
      'shop/web[Deployment] > data/db[Service] service-address TCP/80: met (allowed)',
    ]);
  });

  it('are not asked by name where they must not be reached: a failed name blocks nobody', () => {
    expect(lines('  - {id: A, from: outsider, mayNotReach: {service: data/db}}', manifests)['A']).toEqual([
      'outsider > data/db[Service] service-address TCP/80: met (denied)',
    ]);
  });

  it('violate both ways where only some of their endpoints are allowed', () => {
    const second = workload('data/db-copy', { labels: { app: 'db', open: 'no' }, ports: '[{containerPort: 5432}]' });
    const closed = `
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: first, namespace: data}, spec: {podSelector: {matchExpressions: [{key: open, operator: DoesNotExist}]},
  ingress: [{from: [{podSelector: {}, namespaceSelector: {}}]}]}}`;
    const some = documents(
      namespaces,
      web,
      db,
      second,
      service,
      closed,
      denyDb
        .replace('podSelector: {}', 'podSelector: {matchLabels: {open: "no"}}')
        .replace('5432', '1')
        .replace('name: db', 'name: other'),
    );
    const judged = lines(
      '  - {id: A, from: shop/web, mayReach: {service: data/db}}\n  - {id: B, from: shop/web, mayNotReach: {service: data/db}}',
      some,
    );
    expect(judged['A']?.[1]).toBe('shop/web[Deployment] > data/db[Service] service-address TCP/80: violated (mixed)');
    expect(judged['B']?.[0]).toBe('shop/web[Deployment] > data/db[Service] service-address TCP/80: violated (mixed)');
  });

  it('names a target port that was meant for a port', () => {
    expect(() => lines('  - {id: A, from: shop/web, mayReach: {service: data/db}, on: [5432]}', manifests)).toThrow(
      expect.objectContaining({
        hint: 'Port 5432 is the target port of its port 80: a service is asked at its own port',
      }),
    );
  });
});

describe('an endpoint that is declared and that no case names', () => {
  it('selects something as well, or is an error at its place', () => {
    const more = 'endpoints: {db: data/db, gone: data/gone}';
    expect(() => lines('  - {id: A, from: shop/web, mayReach: db}', base, more)).toThrow(
      expect.objectContaining({
        code: 'ENDPOINT_SELECTS_NOTHING',
        position: { file: 'net.reach.yaml', line: 2, column: 32 },
      }),
    );
  });
});

describe('addresses and hosts', () => {
  const egress = `
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web, namespace: shop}, spec: {podSelector: {}, policyTypes: [Egress],
  egress: [{to: [{ipBlock: {cidr: 203.0.113.0/25}}], ports: [{port: 443}]}]}}`;
  const manifests = documents(base, egress);

  it('cuts a CIDR where the policies do', () => {
    expect(lines('  - {id: A, from: shop/web, mayReach: {cidr: 203.0.113.0/24}, on: [443]}', manifests)['A']).toEqual([
      'shop/web[Deployment] > 203.0.113.128-203.0.113.255 address TCP/443: violated (denied)',
      'shop/web[Deployment] > 203.0.113.0-203.0.113.127 address TCP/443: met (allowed)',
    ]);
  });

  it('does not know a host of which only some addresses are allowed, and denies one of which none is', () => {
    const judged = lines(
      '  - {id: A, from: shop/web, mayNotReach: {host: api.example.com}, on: [443]}\n  - {id: B, from: shop/web, mayNotReach: {host: api.example.com}, on: [80]}',
      manifests,
    );
    expect(judged).toEqual({
      A: ['shop/web[Deployment] > api.example.com address TCP/443: inconclusive (unknown)'],
      B: ['shop/web[Deployment] > api.example.com address TCP/80: met (denied)'],
    });
  });

  it('says of what the files do not tell what would', () => {
    const text = set('  - {id: A, from: shop/web, mayNotReach: {host: api.example.com}, on: [443]}');
    expect(judgeFiles(text, manifests).get('A')?.cells[0]?.missing).toMatch(/; add what is missing .*--cluster k3s/u);
  });

  it('asks for every address of a host once they are known', () => {
    const requirement = set('  - {id: A, from: shop/web, mayNotReach: {host: api.example.com}, on: [443]}');
    const hosts = new Map([['api.example.com', ['203.0.113.7', '198.51.100.7']]]);
    const { planned } = planFiles(requirement, manifests, { hosts });
    expect(planned[0]?.cells.map(({ to, prediction }) => `${to}: ${prediction.predicted}`)).toEqual([
      'api.example.com (203.0.113.7): allowed',
      'api.example.com (198.51.100.7): denied',
    ]);
  });
});
