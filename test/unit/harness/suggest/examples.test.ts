import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readManifests } from '../../../../src/harness/clusters/manifests/read.ts';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import { matrixOf } from '../../../../src/harness/predict/matrix.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { predict } from '../../../../src/harness/run/on-files.ts';
import type { Suggestion } from '../../../../src/harness/suggest/model.ts';
import { suggest } from '../../../../src/harness/suggest/suggest.ts';
import { judgeRequirement } from '../../../../src/harness/verdict/requirements.ts';
import { readInput } from '../../../../src/input/paths.ts';
import type { RequirementSet } from '../../../../src/requirements/model.ts';
import { parseYaml } from '../../../../src/source/yaml.ts';
import { TODAY } from './suggested.ts';

const examples = path.resolve(import.meta.dirname, '../../../../examples');

describe.each(['shop', 'online-boutique', 'broken', 'team-vitest'])('for examples/%s', (example) => {
  let sets: readonly RequirementSet[];
  let inventory: Inventory;
  let suggestion: Suggestion;
  beforeAll(async () => {
    const input = await readInput([path.join(examples, example)], []);
    sets = input.sets;
    ({ inventory } = await readManifests(input.manifests));
    suggestion = suggest(sets, inventory, TODAY);
  });

  test('the suggestion meets every requirement and allows nothing else', () => {
    expect(suggestion.proof.requirements.length).toBeGreaterThan(2);
    expect(suggestion.proof.notMet).toEqual([]);
    expect(suggestion.proof.excess).toEqual([]);
  });

  test('a run on the printed text in place of the policies says the same', () => {
    const printed = buildInventory(
      parseYaml(suggestion.yaml, 'np.yaml').map(({ value, position }) => ({
        object: value,
        positionOf: () => position,
      })),
    );
    const replaced = { ...inventory, policies: printed.policies };
    const judged = predict(sets, replaced, createPredictor(replaced)).map((planned) =>
      judgeRequirement(planned, undefined, { today: TODAY, replay: () => '' }),
    );
    expect(judged.map(({ id, verdict }) => [id, verdict])).toEqual(judged.map(({ id }) => [id, 'met']));
  });
});

test('the suggestion for examples/shop has the matrix of its cases', async () => {
  const { sets, manifests } = await readInput([path.join(examples, 'shop')], []);
  const { inventory } = await readManifests(manifests);
  const { policies, predictor } = suggest(sets, inventory, TODAY);
  const short = (id: string): string => id.replace(/^.*\/|\[.*\]$/gu, '').replace(/\[.*$/u, '');
  const { rows } = matrixOf({ ...inventory, policies }, predictor);
  expect(rows.map(({ from, to, connections }) => `${short(from)} -> ${short(to)}: ${connections}`)).toEqual([
    'api -> postgres: TCP 5432',
    'api -> statsd: UDP 8125',
    'report -> postgres: TCP 5432',
    'web -> api: TCP 3000',
    'web -> statsd: UDP 8125',
  ]);
});
