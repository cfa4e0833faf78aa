import { describe, expect, it } from 'vitest';
import { dialectNotes } from '../../../../../src/harness/predict/dialects/dialect-policies.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import { sourcesOf } from '../../inventory/from-yaml.ts';
import { inventory, namespace, policy, workload } from '../fixtures.ts';

const MODE = 'istio.io/dataplane-mode';
const [web, db, out] = [
  workload('mesh/web', { app: 'web' }),
  workload('mesh/db', { app: 'db' }),
  workload('mesh/out', { app: 'out', [MODE]: 'none' }),
];
const [other, joined] = [workload('other/app', {}), workload('other/joined', { app: 'joined', [MODE]: 'ambient' })];
const shut = policy('mesh/shut', { podSelector: { matchLabels: { app: 'db' } } });
const tunnelOnly = policy('mesh/out', {
  podSelector: { matchLabels: { app: 'web' } },
  policyTypes: ['Egress'],
  egress: [{ ports: [{ port: 15008 }] }],
});
const mesh = inventory({
  namespaces: [namespace('mesh', { [MODE]: 'ambient' }), namespace('other')],
  workloads: [web, db, out, other, joined],
  policies: [shut],
});

describe("Istio's ambient mesh", () => {
  const predictor = createPredictor(mesh);

  it.each([
    [web, db, 'TCP', 'unknown'],
    [web, db, 'UDP', 'denied'],
    [db, web, 'TCP', 'unknown'],
    [out, db, 'TCP', 'denied'],
    [other, db, 'TCP', 'denied'],
    [db, other, 'TCP', 'allowed'],
    [joined, db, 'TCP', 'unknown'],
    [joined, db, 'UDP', 'denied'],
    [db, joined, 'TCP', 'unknown'],
    [joined, out, 'TCP', 'allowed'],
    [joined, other, 'TCP', 'allowed'],
  ] as const)('%#: TCP between its pods alone is not known', (from, to, protocol, expected) => {
    expect(predictor.between(from, to).decide(protocol, 80).outcome).toBe(expected);
  });

  it('takes pods of no such namespace by their own label', () => {
    const alone = createPredictor(
      inventory({ workloads: [joined, other, { ...joined, id: 'other/two[Deployment]' }] }),
    );
    expect(alone.between(joined, joined).decide('TCP', 80).outcome).toBe('unknown');
    expect(alone.between(joined, other).decide('TCP', 80).outcome).toBe('allowed');
  });

  it('is not denied by a rule that lets the tunnel out alone', () => {
    const found = createPredictor({ ...mesh, policies: [tunnelOnly] });
    expect(found.between(web, db).decide('TCP', 80).outcome).toBe('unknown');
    expect(found.between(web, other).decide('TCP', 80).outcome).toBe('denied');
  });

  it('says why, with the link', () => {
    expect(predictor.between(web, db).decide('TCP', 80).reason).toMatch(
      /ambient mesh, where connections are tunnelled to port 15008 \(https:\/\/istio\.io/,
    );
  });

  it('notes policies that keep its tunnel out', () => {
    const noted = (...rules: Parameters<typeof policy>[1][]) =>
      dialectNotes({ ...mesh, policies: rules.map((spec) => policy('mesh/p', spec)) });
    const [note] = noted({ ingress: [{ ports: [{ port: 80 }, { port: 15008, protocol: 'UDP' }] }] });
    expect(note?.text).toMatch(/NetworkPolicy mesh\/p selects pods .* port 15008 in.*https:\/\/istio\.io/);
    expect(note?.position?.file).toBe('p.yaml');
    expect(noted({ ingress: [{ ports: [{ port: 15000, endPort: 15010 }] }] })).toEqual([]);
    expect(noted({ ingress: [{}] })).toEqual([]);
    expect(noted({ podSelector: { matchLabels: { app: 'out' } } })).toEqual([]);
    expect(noted({ policyTypes: ['Egress'] })).toEqual([]);
  });
});

const OBJECTS = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: []}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: []}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}}
---
`;

/** What Istio's own policies leave of TCP 80, which is allowed, and of TCP 81, which is not. */
function under(istio: string): readonly string[] {
  const found = buildInventory(sourcesOf(OBJECTS + istio));
  const [db_, web_] = found.workloads;
  if (db_ === undefined || web_ === undefined) throw new RangeError();
  const predictor = createPredictor(found);
  const [toWeb, toDb] = [predictor.between(db_, web_), predictor.between(web_, db_)];
  for (const port of [80, 81]) {
    expect(toWeb.unknown.contains('TCP', port)).toBe(toWeb.decide('TCP', port).outcome === 'unknown');
  }
  return [toWeb.decide('TCP', 80), toWeb.decide('TCP', 81), toDb.decide('TCP', 80)].map(({ outcome }) => outcome);
}

const istio = (spec: string, { kind = 'AuthorizationPolicy', namespace: ns = 'shop' } = {}) =>
  `{apiVersion: security.istio.io/v1, kind: ${kind}, metadata: {name: a, namespace: ${ns}}, spec: {${spec}}}`;

describe("Istio's own policies", () => {
  it.each([
    ['selector: {matchLabels: {app: web}}', ['unknown', 'denied', 'allowed']],
    ['action: DENY, rules: [{from: []}]', ['unknown', 'denied', 'unknown']],
    ['action: CUSTOM, rules: [{}]', ['unknown', 'denied', 'unknown']],
    ['action: DENY', ['allowed', 'denied', 'allowed']],
    ['action: AUDIT, rules: [{}]', ['allowed', 'denied', 'allowed']],
    ['rules: [{}]', ['allowed', 'denied', 'allowed']],
  ])('an AuthorizationPolicy with %s', (spec, expected) => {
    expect(under(istio(spec))).toEqual(expected);
  });

  it('counts everywhere in the root namespace, and nowhere else outside its own', () => {
    expect(under(istio('', { namespace: 'istio-system' }))).toEqual(['unknown', 'denied', 'unknown']);
    expect(under(istio('', { namespace: 'ops' }))).toEqual(['allowed', 'denied', 'allowed']);
  });

  it.each([
    ['mtls: {mode: STRICT}', 'unknown'],
    ['mtls: {mode: PERMISSIVE}', 'allowed'],
    ['portLevelMtls: {80: {mode: STRICT}}', 'unknown'],
  ])('a PeerAuthentication with %s', (spec, expected) => {
    expect(under(istio(spec, { kind: 'PeerAuthentication' }))[0]).toBe(expected);
  });

  it('names the policy at its place, and the link', () => {
    const found = buildInventory(sourcesOf(OBJECTS + istio('')));
    const [db_, web_] = found.workloads;
    if (db_ === undefined || web_ === undefined) throw new RangeError();
    expect(createPredictor(found).between(db_, web_).decide('TCP', 80).reason).toMatch(
      /AuthorizationPolicy shop\/a \(.*yaml:\d+\).*a mesh enforces it.*https:\/\/istio\.io/,
    );
  });
});
