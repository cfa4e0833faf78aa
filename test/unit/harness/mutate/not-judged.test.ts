import { describe, expect, it } from 'vitest';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import type { NetworkPlugin } from '../../../../src/harness/inventory/model.ts';
import type { MutationResult } from '../../../../src/harness/mutate/model.ts';
import { mutate } from '../../../../src/harness/mutate/mutate.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { documents } from '../../support/predicted.ts';
import { sourcesOf } from '../inventory/from-yaml.ts';
import { API, cases, DB, NAMESPACES, WEB } from '../undocumented/support.ts';
import { admin, calico, cilium } from './kinds/support.ts';
import { nameOf, those, TODAY } from './support.ts';

function mutated(requirements: string, plugin: NetworkPlugin['name'], ...manifests: readonly string[]): MutationResult {
  const inventory = buildInventory(sourcesOf(documents(NAMESPACES, API, DB, WEB, ...manifests)), {
    plugin: { name: plugin },
  });
  return mutate(inventory, parseRequirements(requirements, 'net.reach.yaml'), { today: TODAY });
}

function whyOf({ mutants }: MutationResult, outcome: 'unknown' | 'equivalent', description: string): string {
  const found = mutants.find((one) => one.mutant.description === description);
  if (found?.outcome !== outcome) throw new Error(`${description}: ${found?.outcome ?? 'not there'}`);
  return 'why' in found ? found.why : '';
}

const DB_SELECTOR = 'endpointSelector: {matchLabels: {app: db}}';

describe('what is not modelled is not judged, and never killed', () => {
  const layer7 = cilium(
    'db',
    `${DB_SELECTOR}, ingress: [{fromEndpoints: [{matchLabels: {app: api}}], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]`,
  );

  it('layer 7: a requirement that was met is then not known to be', () => {
    const met = cases('from: shop/api, mayNotReach: shop/db, on: [81]', 'from: shop/web, mayNotReach: shop/db');
    const result = mutated(met, 'unknown', layer7);
    expect(result.blind).toEqual([]);
    const name = 'CiliumNetworkPolicy shop/db: ';
    expect(those('unknown', result)).toEqual([
      `${name}ingress rule 1 emptied: it allows nothing`,
      `${name}ingress rule 1 widened to every source`,
      `${name}ingress rule 1 widened to every protocol and port`,
      `${name}ingress rule 1 without what is not modelled of it (it has rules of layer 7)`,
      `${name}ingress rule 1: pods app=api widened to every pod`,
      `${name}ingress rule 1: TCP 80 widened to every TCP port`,
    ]);
    expect(whyOf(result, 'unknown', 'ingress rule 1: TCP 80 widened to every TCP port')).toMatch(
      /^CiliumNetworkPolicy shop\/db \(a\.yaml:\d+\), ingress rule 1: it has rules of layer 7/u,
    );
    expect(those('killed', result)).toEqual([`${name}policy removed`]);
  });

  it('names of domains', () => {
    const rule = '{toFQDNs: [{matchName: api.stripe.com}], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}';
    const policy = cilium('db', `${DB_SELECTOR}, egress: [${rule}]`);
    const result = mutated(cases('from: shop/db, mayNotReach: {cidr: 192.0.2.0/24}, on: [80]'), 'unknown', policy);
    expect(result.blind).toEqual([]);
    expect(those('killed', result)).toEqual(['CiliumNetworkPolicy shop/db: policy removed']);
    expect(those('unknown', result)).toContain(
      'CiliumNetworkPolicy shop/db: egress rule 1: TCP 443 widened to every TCP port',
    );
  });

  it("matches of HTTP in Calico's rules", () => {
    const rule =
      "{action: Allow, protocol: TCP, source: {selector: app == 'api'}, destination: {ports: [80]}, http: {methods: [GET]}}";
    const policy = calico('db', `selector: app == 'db', types: [Ingress], ingress: [${rule}]`);
    const result = mutated(cases('from: shop/api, mayNotReach: shop/db, on: [81]'), 'unknown', policy);
    expect(those('killed', result)).toEqual(['NetworkPolicy.projectcalico.org shop/db: policy removed']);
    expect(those('unknown', result)).toContain(
      'NetworkPolicy.projectcalico.org shop/db: ingress rule 1: TCP 80 widened to every TCP port',
    );
  });

  it('a policy as a whole, and one of which it is not known whether it is enforced', () => {
    const other = '{apiVersion: crd.antrea.io/v1beta1, kind: ClusterNetworkPolicy, metadata: {name: any}, spec: {}}';
    const requirement = cases('from: shop/web, mayReach: shop/db, on: [5432]');
    const result = mutated(requirement, 'unknown', other);
    expect(those('unknown', result)).toEqual(['ClusterNetworkPolicy.crd.antrea.io any: policy removed']);
    expect(whyOf(result, 'unknown', 'policy removed')).toContain('its kind is not modelled');
    const guard = admin(
      'AdminNetworkPolicy',
      'guard',
      'priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]',
    );
    const onAntrea = mutated(requirement, 'antrea', guard);
    expect(onAntrea).toMatchObject({ killed: 0, survived: 0, score: null });
    expect(whyOf(onAntrea, 'unknown', 'policy removed')).toContain(
      'whether AdminNetworkPolicy is enforced here is not known',
    );
  });
});

it('what the plugin ignores changes nothing, and that is why', () => {
  const policy = cilium('db', `${DB_SELECTOR}, ingress: [{fromEntities: [world]}]`);
  const result = mutated(cases('from: shop/web, mayReach: shop/db, on: [5432]'), 'calico', policy);
  expect(those('equivalent', result)).toHaveLength(result.mutants.length);
  expect(whyOf(result, 'equivalent', 'policy removed')).toContain('calico does not know CiliumNetworkPolicy');
});

describe('whom policies of the cluster select besides', () => {
  it('an outsider: what it may no longer do is noticed', () => {
    const out =
      'priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}]}]';
    const result = mutated(
      cases('from: outsider, mayNotReach: shop/db'),
      'unknown',
      admin('AdminNetworkPolicy', 'out', out),
    );
    expect(those('killed', result)).toEqual([
      'AdminNetworkPolicy out: policy removed',
      'AdminNetworkPolicy out: egress rule 1: Deny changed to Allow',
      'AdminNetworkPolicy out: egress rule 1: Deny changed to Pass',
    ]);
  });

  it('the assumed DNS: names that then do not resolve are noticed', () => {
    const subject = 'namespaces: {matchLabels: {kubernetes.io/metadata.name: kube-system}}';
    const ports = '[{portNumber: {protocol: UDP, port: 53}}]';
    const spec = `priority: 1, subject: {${subject}}, ingress: [{action: Allow, from: [{namespaces: {}}], ports: ${ports}}, {action: Deny, from: [{namespaces: {}}]}]`;
    const service =
      '{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}, ports: [{port: 5432}]}}';
    const byName = cases('from: shop/api, mayReach: {service: shop/db}, on: [5432]');
    const result = mutated(byName, 'unknown', admin('AdminNetworkPolicy', 'dns', spec), service);
    expect(those('killed', result)).toEqual([
      'AdminNetworkPolicy dns: subject pods * of namespace kube-system widened to every pod',
      'AdminNetworkPolicy dns: ingress rule 1 removed',
      'AdminNetworkPolicy dns: ingress rule 1: Allow changed to Deny',
      'AdminNetworkPolicy dns: ingress rule 1: swapped with rule 2',
    ]);
    const removed = result.mutants.find(({ mutant }) => nameOf(mutant) === 'AdminNetworkPolicy dns: policy removed');
    expect(removed).toMatchObject({ outcome: 'equivalent', why: expect.stringContaining('cluster DNS') as string });
  });
});
