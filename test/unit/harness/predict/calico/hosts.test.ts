import { describe, expect, it } from 'vitest';
import { buildInventory } from '../../../../../src/harness/inventory/build.ts';
import { refusalOf, sourcesOf } from '../../inventory/from-yaml.ts';
import { gnp, into, scene } from './scene.ts';

const HOST =
  '{apiVersion: projectcalico.org/v3, kind: HostEndpoint, metadata: {name: h, labels: {role: edge}}, spec: {node: n2, interfaceName: "*"}}';
const DB = `selector: "app == 'db'", types: [Ingress]`;
const DENY = 'ingress: [{action: Deny}]';
const FORWARD = 'applyOnForward: true';

// https://docs.tigera.io/calico/latest/reference/host-endpoints/summary, and the tiers that
// https://github.com/projectcalico/calico/blob/v3.30.0/felix/calc/event_sequencer.go gives to a workload's endpoint
describe('policies for host endpoints, at pods', () => {
  it.each([
    ['applied on forward', FORWARD, 'none'],
    ['untracked', `doNotTrack: true, ${FORWARD}`, 'all'],
    ['before DNAT', `preDNAT: true, ${FORWARD}`, 'all'],
  ])('%s: as pods have them, where host endpoints are known and none is selected', (_case, how, expected) => {
    expect(into([HOST, gnp(`${how}, ${DB}, ${DENY}`)], 'shop/web')).toBe(expected);
    const wide = gnp(`${how}, ${DB}`);
    expect(into([HOST, wide], 'shop/web')).toBe(expected);
    expect(into([HOST, wide, gnp(`${DB}, ingress: [{action: Allow}]`, 'open')], 'shop/web')).toBe('all');
  });

  it.each([
    ['by a label', `selector: "role == 'edge'"`],
    ['by exclusion', `selector: "app != 'db'"`],
    ['all', 'selector: all()'],
    ['whatever is of no namespace', 'selector: "!has(projectcalico.org/namespace)"'],
  ])('not known where one selects a host endpoint: %s', (_case, selector) => {
    for (const how of [FORWARD, `preDNAT: true, ${FORWARD}`, `doNotTrack: true, ${FORWARD}`]) {
      const objects = [HOST, gnp(`${how}, ${selector}, types: [Ingress]`)];
      expect(into(objects, 'shop/web')).toBe('none ? all');
      expect(scene(objects).between('shop/web', 'shop/db').decide('TCP', 80).reason).toMatch(/selects host endpoints/);
    }
  });

  it.each([
    ['by a namespaceSelector', `namespaceSelector: "env == 'prod'"`],
    ['by a namespace of its label', `selector: "projectcalico.org/namespace == 'shop'"`],
    ['by a service account', `serviceAccountSelector: "projectcalico.org/name == 'default'"`],
  ])('known without host endpoints in the files where it can select pods alone: %s', (_case, selector) => {
    expect(into([gnp(`${FORWARD}, ${selector}, types: [Ingress]`)], 'shop/web')).toBe('none');
    expect(into([gnp(`preDNAT: true, ${FORWARD}, ${selector}, types: [Ingress]`)], 'shop/web')).toBe('all');
  });

  it('not known in files without host endpoints, which may be on the cluster; known on one that has none', () => {
    const text = [
      '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}',
      gnp(`${FORWARD}, ${DB}`, 'forward'),
      gnp(`preDNAT: true, ${FORWARD}, ${DB}, ${DENY}`, 'before'),
    ].join('\n---\n');
    expect(buildInventory(sourcesOf(text)).unmodelled.map(({ id }) => id)).toEqual(['before', 'forward']);
    const live = buildInventory(sourcesOf(text), { origin: 'cluster' });
    expect([live.unmodelled, live.adminPolicies.map(({ id }) => id)]).toEqual([[], ['forward']]);
    expect(live.notes.map((note) => note.text)).toEqual([
      'GlobalNetworkPolicy before acts on host endpoints alone, and selects none: it allows and denies nothing to pods',
    ]);
  });

  it.each([
    ['both', `doNotTrack: true, preDNAT: true, ${FORWARD}`, /spec\.preDNAT must not be true beside doNotTrack/],
    ['untracked alone', 'doNotTrack: true', /spec\.doNotTrack must have applyOnForward: true beside it/],
    ['before DNAT alone', 'preDNAT: true', /spec\.preDNAT must have applyOnForward: true beside it/],
    [
      'before DNAT, of egress',
      `preDNAT: true, ${FORWARD}, egress: [{action: Allow}]`,
      /spec\.egress must not be there beside preDNAT/,
    ],
  ])('are refused where the API of Calico would: %s', (_case, how, says) => {
    expect(refusalOf(gnp(`${how}, ${DB.replace(', types: [Ingress]', '')}`))).toMatch(says);
  });
});
