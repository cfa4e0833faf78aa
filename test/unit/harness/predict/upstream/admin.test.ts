import { describe, expect, it } from 'vitest';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { adminWorld, checksOf, readAdminFacts, type ApiVersion, type Tier } from './admin-world.ts';
import { predictedCell } from './table.ts';

/** What upstream's names of its tests begin with. */
const SUITES: readonly (readonly [name: string, tier: Tier, version: ApiVersion])[] = [
  ['AdminNetworkPolicy', 'admin', 'v1alpha1'],
  ['CNPAdminTier', 'admin', 'v1alpha2'],
  ['BaselineAdminNetworkPolicy', 'baseline', 'v1alpha1'],
  ['CNPBaselineTier', 'baseline', 'v1alpha2'],
];
const FILES = ['ingress', 'egress', 'gress', 'peers'];

/**
 * Every conformance test of the network-policy-api, under upstream's names, for ticking off.
 * https://github.com/kubernetes-sigs/network-policy-api/tree/main/conformance
 */
const TESTS = SUITES.flatMap(([name, tier, version]) =>
  [...FILES, ...(tier === 'admin' ? ['stacks'] : [])].flatMap(readAdminFacts).map((fact) => ({
    name: `${name}${fact.test}`,
    tier,
    version,
    checks: checksOf(fact, tier),
  })),
);

describe.each(TESTS)('$name', ({ checks, tier, version }) => {
  it.each(checks)('$case', (check) => {
    const world = adminWorld(check, tier, version);
    const predictor = createPredictor(world);
    const predicted = check.cells.map((cell) => predictedCell(predictor, world, cell.replace(/^\w+ /, '')));
    expect(predicted).toEqual(check.cells);
  });
});

it('holds all of upstream', () => {
  const count = (tier: Tier) => TESTS.filter((test) => test.version === 'v1alpha2' && test.tier === tier).length;
  expect([count('admin'), count('baseline')]).toEqual([13, 11]);
});
