import { expect, test } from 'vitest';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { overlayOf } from '../../../../src/harness/suggest/overlay.ts';
import { addressText } from '../../../../src/harness/suggest/pairs.ts';
import { inventory, pod, policy, workload } from '../predict/fixtures.ts';

const letsOut = (app: string, cidr: string) =>
  policy(`ns/${app}`, {
    podSelector: { matchLabels: { app } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr } }], ports: [{ port: 443 }] }],
  });

test('addresses of which two predictors say the same are one part, wherever they lie', () => {
  const mixed = workload(
    'ns/w',
    {},
    { pods: [pod('10.0.0.1', 'n', { app: 'a' }), pod('10.0.0.2', 'n', { app: 'b' })] },
  );
  const policies = [letsOut('a', '203.0.113.0/24'), letsOut('b', '198.51.100.0/24')];
  const [now, none] = [policies, []].map((some) => createPredictor(inventory({ workloads: [mixed], policies: some })));
  if (now === undefined || none === undefined) throw new TypeError('two predictors');
  const parts = overlayOf(now, none, 'egress', mixed).map(
    ({ addresses, first, second }) =>
      `${addressText(addresses)}: ${first.allowed.format()}, perhaps ${first.unknown.format()}; ${second.allowed.format()}`,
  );
  expect(parts).toContain('198.51.100.0/24, 203.0.113.0/24: none, perhaps TCP 443; all');
  expect(parts).toHaveLength(2);
});

test('addresses are told as a policy would name them, all of a family in words', () => {
  const [whole] = overlayOf(...bothOf(), 'ingress', workload('ns/w'));
  expect(whole && addressText(whole.addresses)).toBe('every address');
});

function bothOf() {
  const predictor = createPredictor(inventory({ workloads: [workload('ns/w')] }));
  return [predictor, predictor] as const;
}
