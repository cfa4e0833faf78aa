import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposuresOf, type Exposure, type ExposureEntry } from '../../../../src/harness/exposure/exposure.ts';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import { Engine } from '../../../../src/harness/predict/engine.ts';
import { formatSelector, selects } from '../../../../src/requirements/selector.ts';
import { sourcesOf } from '../inventory/from-yaml.ts';
import { knownInventories } from '../predict/arbitraries.ts';
import { calicoObjects, withCalico } from '../predict/calico/arbitraries.ts';

const POD = '{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: []}}';

function exposed(spec: string): ReturnType<typeof exposuresOf> {
  const policy = `{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: c, namespace: shop}, spec: {types: [Ingress], ${spec}}}`;
  return exposuresOf(buildInventory(sourcesOf(`${POD}\n---\n${policy}`, 'app.yaml'), { plugin: { name: 'calico' } }));
}

function lines(source: string, rest = ''): readonly string[] {
  const { exposures } = exposed(`ingress: [{action: Allow, source: {${source}}${rest}}]`);
  const ingress = exposures.find(({ direction }) => direction === 'ingress');
  return (ingress?.entries ?? []).map(
    ({ namespaces, pods, allowed, unknown }) =>
      `${formatSelector(namespaces)} / ${formatSelector(pods)}: ${allowed.format()}${unknown.isEmpty ? '' : ` ? ${unknown.format()}`}`,
  );
}

describe('selectors of Calico, as labels', () => {
  it('of pods in its own namespace, and of namespaces', () => {
    expect(lines(`selector: "app == 'x'"`)).toEqual(['kubernetes.io/metadata.name=shop / app=x: all']);
    expect(lines(`namespaceSelector: "env in {'a', 'b'} && !has(old)", selector: has(app)`)).toEqual([
      'env in (a,b),!old / app: all',
    ]);
  });

  it('either of two, and what is left out', () => {
    expect(lines(`selector: "app == 'x' || tier != 'y'", notSelector: has(old)`)).toEqual([
      'kubernetes.io/metadata.name=shop / app=x,!old: all',
      'kubernetes.io/metadata.name=shop / app notin (x),!old,tier notin (y): all',
    ]);
  });

  it.each([
    ['service accounts', '{serviceAccounts: {names: [a]}}'],
    ['parts of values', `{selector: "app starts with 'x'"}`],
  ])('%s are not listed, and whose they are is said', (_, source) => {
    const { exposures, notes } = exposed(`ingress: [{action: Allow, source: ${source}}]`);
    expect(notes.join()).toMatch(
      /for ingress, the policies of shop\/web\[Pod\] have selectors of Calico.* shop\/c \(app\.yaml:3\).*is not known/,
    );
    const ingress = exposures.find(({ direction }) => direction === 'ingress');
    expect(ingress?.entries.map(({ unknown }) => unknown.isAll)).toEqual([true]);
  });
});

describe('each pod that may come', () => {
  const labels = fc
    .record({ app: fc.option(fc.constantFrom('x', 'y', 'z', 'w')), tier: fc.option(fc.constantFrom('x', 'y', 'w')) })
    .map((all) =>
      Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
    );
  const strangers = fc.array(
    fc.record({
      namespace: fc.constantFrom('a', 'b', 'c', 'elsewhere'),
      labels,
      env: fc.option(fc.constantFrom('x', 'y', 'w')),
    }),
    { minLength: 4, maxLength: 4 },
  );

  it('is told what the engine answers once it is there', () => {
    let told = 0;
    fc.assert(
      fc.property(knownInventories, calicoObjects(true), strangers, (known, objects, who) => {
        const found = withCalico(known, objects);
        const { exposures } = exposuresOf(found);
        for (const { namespace, labels: own, env } of who) {
          const coming = { ...stranger, namespace, labels: own };
          const world = withNamespace(found, namespace, env);
          const engine = new Engine(
            { ...world, workloads: [...world.workloads, coming] },
            { assumeUndefinedNamespacesHaveNoLabels: true },
          );
          for (const exposure of exposures) told += check(exposure, coming, world, engine);
        }
      }),
      { numRuns: 200 },
    );
    expect(told).toBeGreaterThan(50);
  });

  const stranger: Workload = {
    id: 'coming[Pod]',
    namespace: '',
    name: 'coming',
    kind: 'Pod',
    labels: {},
    ports: [],
    hostNetwork: false,
    serviceAccount: '(another)',
    pods: [],
    position: { file: 'coming.yaml', line: 1, column: 1 },
  };

  function withNamespace(found: Inventory, name: string, env: string | null): Inventory {
    if (found.namespaces.some((one) => one.name === name)) return found;
    const own = { 'kubernetes.io/metadata.name': name, ...(env !== null && { env }) };
    return { ...found, namespaces: [...found.namespaces, { name, labels: own, defined: true }] };
  }

  /** Whether an entry of its own tells of the pod. */
  function check(
    { workload, direction, entries }: Exposure,
    coming: Workload,
    world: Inventory,
    engine: Engine,
  ): number {
    const place = world.namespaces.find(({ name }) => name === coming.namespace)?.labels ?? {};
    const mine = entries.filter(
      ({ general, namespaces, pods }) => !general && selects(namespaces, place) && selects(pods, coming.labels),
    );
    expect(mine.length).toBeLessThan(2);
    const entry: ExposureEntry | undefined = mine[0] ?? entries.find(({ general }) => general);
    const [[one], [other]] = [engine.membersOf(workload), engine.membersOf(coming)];
    if (one === undefined || other === undefined || entry?.unknown.isAll === true) return 0;
    const side = engine.side(one.podClass, direction, other.podClass, { kind: 'none' });
    const { connections } = engine.table;
    expect([workload.id, direction, coming.namespace, coming.labels, entry?.allowed.format() ?? 'none']).toEqual([
      workload.id,
      direction,
      coming.namespace,
      coming.labels,
      connections.get(side.allowed).format(),
    ]);
    return mine.length;
  }
});
