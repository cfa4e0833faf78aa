import { describe, expect, it } from 'vitest';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { inventoryOf, refusalOf } from '../../inventory/from-yaml.ts';
import { manifestsOf, readPublished } from './published-world.ts';
import { predictedCell } from './table.ts';

/** The published examples of the network-policy-api, for ticking off. */
const EXAMPLES = readPublished();

describe('an example that the API server takes', () => {
  it.each(EXAMPLES.filter(({ refused }) => refused === undefined))('$example', (example) => {
    const world = inventoryOf(manifestsOf(example));
    const predictor = createPredictor(world);
    const cells = example.cells ?? [];
    expect(cells.length).toBeGreaterThan(1);
    expect(cells.map((cell) => predictedCell(predictor, world, cell.replace(/^\w+ /, '')))).toEqual(cells);
  });
});

describe('an example that it refuses as it is written', () => {
  it.each(EXAMPLES.filter(({ refused }) => refused !== undefined))('$example', (example) => {
    expect(refusalOf(manifestsOf(example))).toContain(example.refused);
  });
});
