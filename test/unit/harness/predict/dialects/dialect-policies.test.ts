import { describe, expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { dialectNotes } from '../../../../../src/harness/predict/dialects/dialect-policies.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { knp, scene } from '../cilium/scene.ts';
import { inventory, policy, workload } from '../fixtures.ts';

const cilium = (settings?: Record<string, string>, version = '1.15.6'): NetworkPlugin => ({
  name: 'cilium',
  version,
  ...(settings && { settings }),
});
const outcome = (plugin: NetworkPlugin, policies: readonly string[], from: string, to: string, port = 80) =>
  scene(policies, plugin).between(from, to).decide('TCP', port).outcome;
const LET_WEB_IN = knp('ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]');

it('where nothing enforces policies, the letter is noted to be no more than that', () => {
  const notes = (name: NetworkPlugin['name']) => dialectNotes(inventory({ plugin: { name } })).map(({ text }) => text);
  expect(notes('none')).toEqual([expect.stringMatching(/^nothing enforces policies here/)]);
  expect(notes('unknown')).toEqual([]);
});

describe("Cilium's enforcement mode", () => {
  it.each([
    ['default', 'allowed', 'allowed', 'denied'],
    ['always', 'denied', 'denied', 'denied'],
    ['never', 'allowed', 'allowed', 'allowed'],
  ])('%s', (mode, unselected, allowedIn, notAllowedIn) => {
    const plugin = cilium({ 'enable-policy': mode });
    expect(outcome(plugin, [LET_WEB_IN], 'shop/db', 'shop/web')).toBe(unselected);
    // Let in by the destination's policy; in the mode `always`, what leaves the source is denied all the same.
    expect(outcome(plugin, [LET_WEB_IN], 'shop/web', 'shop/db')).toBe(allowedIn);
    expect(outcome(plugin, [LET_WEB_IN], 'ops/tool', 'shop/db')).toBe(notAllowedIn);
  });

  it('always lets through what both ends allow', () => {
    const letOut =
      '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{}]}}';
    expect(outcome(cilium({ 'enable-policy': 'always' }), [LET_WEB_IN, letOut], 'shop/web', 'shop/db')).toBe('allowed');
    const { reason } = scene([], cilium({ 'enable-policy': 'always' }))
      .between('shop/web', 'shop/db')
      .decide('TCP', 80);
    expect(reason ?? '').not.toMatch(/not known/);
  });

  it('is said, with its link', () => {
    const noted = (mode: string) =>
      dialectNotes(scene([], cilium({ 'enable-policy': mode })).inventory).map(({ text }) => text);
    expect(noted('default')).toEqual([]);
    expect(noted('always')[0]).toMatch(/isolates every pod.*https:\/\/docs\.cilium\.io\/.*policyenforcement/);
    expect(noted('never')[0]).toMatch(/enforces no policies.*https:\/\/docs\.cilium\.io\/.*policyenforcement/);
  });
});

describe('an endPort', () => {
  const range = knp('ingress: [{ports: [{port: 80, endPort: 90}]}]');

  it.each([
    ['1.15.6', 'denied'],
    ['v1.16.0', 'allowed'],
    ['2.0.0', 'allowed'],
  ])('of Cilium %s', (version, expected) => {
    const plugin = cilium(undefined, version);
    expect(outcome(plugin, [range], 'shop/web', 'shop/db', 80)).toBe('allowed');
    expect(outcome(plugin, [range], 'shop/web', 'shop/db', 85)).toBe(expected);
  });

  it('is noted at its policy', () => {
    const [note] = dialectNotes(scene([range], cilium()).inventory);
    expect(note?.text).toMatch(/NetworkPolicy shop\/k8s has an endPort, which Cilium before 1\.16 ignores.*https/);
    expect(note?.position?.file).toBe('a.yaml');
  });
});

describe('SCTP of Cilium', () => {
  const sctp = (settings?: Record<string, string>) =>
    scene([], cilium(settings)).between('shop/web', 'shop/db').decide('SCTP', 80);

  it('is not known where it is not switched on', () => {
    expect(sctp({ 'enable-sctp': 'true' }).outcome).toBe('allowed');
    expect(sctp({ 'enable-sctp': 'false' }).outcome).toBe('unknown');
    expect(sctp({ 'enable-sctp': 'false' }).reason).toMatch(/carries SCTP only where enable-sctp is true \(https/);
    expect(scene([], cilium({})).between('shop/web', 'shop/db').allowed.contains('TCP', 80)).toBe(true);
  });
});

describe('an ipBlock at the address of a node', () => {
  const node = workload(
    'ops/agent',
    {},
    { hostNetwork: true, pods: [{ name: 'a', node: 'n1', addresses: ['192.0.2.1'] }] },
  );
  const web = workload('shop/web', {}, { pods: [{ name: 'w', node: 'n2', addresses: ['10.0.0.1'] }] });
  const block = policy('shop/p', { ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] });

  it.each([
    [cilium({ 'policy-cidr-match-mode': 'nodes' }), 'allowed'],
    [cilium({}), 'denied'],
    [cilium(), 'unknown'],
    [cilium(undefined, '1.14.3'), 'denied'],
  ])('of %j is %s', (plugin, expected) => {
    const found = inventory({ workloads: [node, web], policies: [block], plugin });
    expect(createPredictor(found).between(node, web).decide('TCP', 80).outcome).toBe(expected);
  });
});
