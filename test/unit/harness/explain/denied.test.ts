import { expect, it } from 'vitest';
import { Changes } from '../../../../src/harness/explain/change.ts';
import { changeLines } from '../../../../src/harness/explain/change-text.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import { cnp, ingress, scene as calico } from '../predict/calico/scene.ts';
import { cnp as ciliumPolicy, scene as cilium } from '../predict/cilium/scene.ts';

function told({ inventory, predictor }: Pick<ReturnType<typeof calico>, 'inventory' | 'predictor'>): string {
  const [web, db] = ['web', 'db'].map((name) => inventory.workloads.find((one) => one.name === name));
  if (web === undefined || db === undefined) throw new RangeError('web and db');
  const [from, to] = [web, db].map((workload) => ({ kind: 'workload', workload }) as const);
  if (from === undefined || to === undefined) throw new RangeError('two ends');
  const decision = predictor.between(web, db).decide('TCP', 80);
  return new Changes(inventory).for(from, to, ConnectionSet.port('TCP', 80), decision).flatMap(changeLines).join('\n');
}

// https://docs.tigera.io/calico/latest/reference/resources/tier
it('what a rule of Calico denies, an earlier policy may allow', () => {
  const deny = ingress(`{action: Deny, source: {selector: "app == 'web'"}}`, '{action: Allow}');
  expect(told(calico([cnp(`order: 10, ${deny}`)]))).toMatch(
    /guard .*ingress rule 1 leave it out, or allow it in a policy of Calico that is tried before/,
  );
});

// https://docs.cilium.io/en/stable/security/policy/language/#deny-policies
it('what a rule of Cilium denies stays denied', () => {
  const deny = ciliumPolicy('ingress: [{}], ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]');
  expect(told(cilium([deny]))).toMatch(/leave it out: nothing that could be added overrides it/);
});
