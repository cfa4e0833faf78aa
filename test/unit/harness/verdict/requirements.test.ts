import { expect, it } from 'vitest';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { cellsOf } from '../../../../src/harness/plan/cells.ts';
import { resolveRequirements } from '../../../../src/harness/plan/requests.ts';
import { judgeRequirement } from '../../../../src/harness/verdict/requirements.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { inventoryOf, REQUIREMENT_FILE, workload } from '../../support/predicted.ts';

it('says of an endpoint that selects nothing on a live cluster what may have been meant', () => {
  const inventory = inventoryOf(workload('shop/web'));
  const text = 'requirements: t\ncases: [{id: A, from: outsider, mayNotReach: shop/wbe}]';
  const resolved = resolveRequirements(parseRequirements(text, REQUIREMENT_FILE), inventory, { tolerant: true });
  const context = { inventory, predictor: createPredictor(inventory), dns: [], hosts: new Map() };
  const planned = cellsOf(resolved, { ...context, observing: false, servicesByEndpoints: false });
  const judged = planned.map((one) => judgeRequirement(one, undefined, { today: '2027-01-15', replay: () => '' }));
  expect(judged).toMatchObject([
    {
      verdict: 'inconclusive',
      text: 'shop/wbe selects nothing: there is no workload shop/wbe. Did you mean shop/web?',
    },
  ]);
});
