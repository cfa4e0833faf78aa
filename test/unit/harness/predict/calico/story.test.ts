import { describe, expect, it } from 'vitest';
import { Storyteller } from '../../../../../src/harness/explain/story.ts';
import { ConnectionSet } from '../../../../../src/harness/predict/sets/connections.ts';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { cnp, gnp, ingress, knp, scene, tier } from './scene.ts';

const DB = `selector: "app == 'db'"`;
const from = (app: string, action: string, more = '') =>
  `{action: ${action}, ${more}source: {selector: app == '${app}'}}`;
const on = (app: string, action: string, port: number) =>
  `{action: ${action}, protocol: TCP, source: {selector: app == '${app}'}, destination: {ports: [${port}]}}`;

describe('a policy of Calico in a story', () => {
  const draw = (objects: readonly string[]) => {
    const { inventory, predictor, find } = scene(objects);
    const [from, to] = ['shop/web', 'shop/db'].map((path) => ({ kind: 'workload' as const, workload: find(path) }));
    if (from === undefined || to === undefined) throw new RangeError('no pods');
    return new Storyteller(inventory, predictor).story(from, to, ConnectionSet.port('TCP', 80)).join('\n');
  };

  it('is named with its rule, at its line', () => {
    expect(draw([cnp(ingress(from('web', 'Allow')))])).toMatch(
      /allowed by NetworkPolicy\.projectcalico\.org shop\/guard \(a\.yaml:\d+\), ingress rule 1/,
    );
    expect(draw([gnp(`${DB}, ${ingress('{action: Log}', from('web', 'Deny'))}`)])).toMatch(
      /denied by GlobalNetworkPolicy wide \(a\.yaml:\d+\), ingress rule 2/,
    );
    expect(
      draw([tier('t', 5), gnp(`tier: t, ${DB}, ${ingress(from('web', 'Pass'))}`), cnp(ingress(from('web', 'Allow')))]),
    ).toMatch(
      /left to the next tier by GlobalNetworkPolicy wide .*\n.*allowed;\n.*allowed by NetworkPolicy\.projectcalico\.org/,
    );
  });

  it('is named where its tier ends with a denial, with what it nearly allowed', () => {
    const told = draw([cnp(ingress(on('web', 'Allow', 443), from('tool', 'Allow')))]);
    expect(told).toMatch(/ingress is isolated by NetworkPolicy\.projectcalico\.org shop\/guard \(a\.yaml:\d+\);/);
    expect(told).toMatch(/ingress rule 1 allows this source, but not this port/);
    expect(told).toMatch(/ingress rule 2 allows this port, but not this source/);
  });

  it('counts for nothing where another plugin runs, and is taken with a note where none is known', () => {
    const shut = [cnp('types: [Ingress]')];
    const ask = (plugin: NetworkPlugin) => scene(shut, plugin).between('shop/web', 'shop/db').decide('TCP', 80);
    expect(ask({ name: 'cilium' })).toMatchObject({
      outcome: 'allowed',
      reason: expect.stringContaining('does not know NetworkPolicy.projectcalico.org') as unknown,
    });
    expect(ask({ name: 'unknown' })).toMatchObject({
      outcome: 'denied',
      reason: expect.stringContaining('is taken as Calico takes it') as unknown,
    });
    expect(ask({ name: 'calico' }).reason).toBeUndefined();
  });

  it('isolates for coverage where its tier denies at the end, unless a rule passes all', () => {
    const isolating = (objects: readonly string[]) => {
      const { predictor, find } = scene(objects);
      return predictor.isolatedBy(find('shop/db'), 'ingress').map(({ policy }) => policy);
    };
    const first = tier('first', 5);
    expect(isolating([cnp(ingress(from('web', 'Allow')))])).toEqual(['NetworkPolicy.projectcalico.org shop/guard']);
    expect(isolating([first, gnp(`tier: first, ${DB}, types: [Ingress]`)])).toEqual(['GlobalNetworkPolicy wide']);
    expect(isolating([first, gnp(`tier: first, ${DB}, ${ingress(from('web', 'Deny'), '{action: Pass}')}`)])).toEqual(
      [],
    );
    expect(isolating([cnp('types: [Egress]')])).toEqual([]);
    expect(isolating([cnp('types: [Ingress]'), knp('ingress: []')])).toEqual([
      'shop/k8s',
      'NetworkPolicy.projectcalico.org shop/guard',
    ]);
  });
});
