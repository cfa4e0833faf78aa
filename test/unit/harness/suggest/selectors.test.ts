import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Selectors } from '../../../../src/harness/suggest/selectors.ts';
import { formatSelector, type Labels } from '../../../../src/requirements/selector.ts';
import { labelsMatch } from '../predict/oracle.ts';
import { inventory, pod, workload } from '../predict/fixtures.ts';

/** The selector of each workload of one namespace, and the other workloads that it cannot leave out. */
function selections(all: readonly Labels[]): readonly string[] {
  const workloads = all.map((labels, index) => workload(`ns/w${index}`, labels));
  const selectors = new Selectors(inventory({ workloads }));
  return workloads.map((one) => {
    const { selector, workloads: selected } = selectors.of(one);
    const others = selected.filter((other) => other !== one).map(({ name }) => name);
    return [formatSelector(selector), ...others].join(' +');
  });
}

describe('the selector of a workload', () => {
  test.each<[string, Labels[], string[]]>([
    [
      'takes the label that people tell it by',
      [{ tier: 'front', app: 'web', zone: 'a' }, { app: 'api' }],
      ['app=web', 'app=api'],
    ],
    [
      'takes the most telling label that is enough',
      [
        { app: 'shop', component: 'web' },
        { app: 'shop', component: 'api' },
      ],
      ['component=web', 'component=api'],
    ],
    [
      'adds labels where one is not enough',
      [
        { a: '1', b: '1' },
        { a: '1', b: '2' },
        { a: '2', b: '1' },
      ],
      ['a=1,b=1', 'b=2', 'a=2'],
    ],
    [
      'refuses a label that only the other has',
      [{ app: 'web' }, { app: 'web', track: 'canary' }],
      ['app=web,!track', 'track=canary'],
    ],
    [
      'stays short where a label is refused',
      [
        { app: 'web', zone: 'a' },
        { app: 'web', zone: 'a', track: 'canary' },
      ],
      ['app=web,!track', 'track=canary'],
    ],
    ['refuses one label for several others where it can', [{}, { x: '1', y: '1' }, { y: '2' }], ['!y', 'x=1', 'y=2']],
    ['selects all where it is alone and has no label', [{}], ['*']],
    [
      'never goes by what the next rollout changes',
      [
        { app: 'web', 'pod-template-hash': '1' },
        { app: 'web', 'pod-template-hash': '2' },
      ],
      ['app=web +w1', 'app=web +w0'],
    ],
    [
      'goes by what a release changes only if it must',
      [
        { version: '1', zone: 'a' },
        { version: '2', zone: 'b' },
      ],
      ['zone=a', 'zone=b'],
    ],
  ])('%s', (_, labels, expected) => {
    expect(selections(labels)).toEqual(expected);
  });

  test('sees the labels of each pod, and no pods on the host network or elsewhere', () => {
    const web = workload('ns/web', { app: 'web' });
    const canary = workload(
      'ns/canary',
      {},
      { pods: [pod('10.0.0.1', 'n', { app: 'web', track: 'canary' }), pod('10.0.0.2', 'n', {})] },
    );
    const node = workload('ns/node', { app: 'web' }, { hostNetwork: true });
    const selectors = new Selectors(
      inventory({ workloads: [web, canary, node, workload('other/web', { app: 'web' })] }),
    );
    expect(formatSelector(selectors.of(web).selector)).toBe('app=web,!track');
    expect(selectors.of(web).workloads).toEqual([web]);
    expect(selectors.of(canary).workloads).toEqual([canary, web]);
  });

  test('selects the workload, and no other unless it has the very same lasting labels', () => {
    const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'x', 'y'), fc.constantFrom('1', '2'), { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(labels, { minLength: 1, maxLength: 6 }), (all) => {
        const workloads = all.map((one, index) => workload(`ns/w${index}`, one));
        const selectors = new Selectors(inventory({ workloads }));
        for (const meant of workloads) {
          const { selector } = selectors.of(meant);
          for (const other of workloads) {
            const same = JSON.stringify(sorted(other.labels)) === JSON.stringify(sorted(meant.labels));
            expect(labelsMatch(selector, other.labels)).toBe(same);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

function sorted(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}
