import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import type { JudgedMutant, Mutant, MutationResult } from '../../../../src/harness/mutate/model.ts';
import { mutate } from '../../../../src/harness/mutate/mutate.ts';
import { applyEdit } from '../../../../src/harness/mutate/edits.ts';
import { networkPolicyMutants } from '../../../../src/harness/mutate/kinds/network-policies.ts';
import { MutantPredictors } from '../../../../src/harness/mutate/predictors.ts';
import { cellsOf } from '../../../../src/harness/plan/cells.ts';
import { resolveRequirements } from '../../../../src/harness/plan/requests.ts';
import { matrixAddresses } from '../../../../src/harness/predict/matrix.ts';
import type { Predictor } from '../../../../src/harness/predict/model.ts';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { predictedVerdict, worst } from '../../../../src/harness/verdict/predicted.ts';
import { casesYaml } from '../../../../src/reports/mutation/yaml.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import type { RequirementSet } from '../../../../src/requirements/model.ts';
import { clusterDns } from '../../../../src/harness/inventory/dns.ts';
import { documents, inventoryOf, workload } from '../../support/predicted.ts';
import { knownInventories, openInventories } from '../predict/arbitraries.ts';
import { policy } from '../undocumented/support.ts';
import { allowedBy, textOf } from './full.ts';
import { nameOf, TODAY } from './support.ts';

const examples = path.resolve(import.meta.dirname, '../../../../examples');

function example(name: string): { readonly inventory: Inventory; readonly sets: readonly RequirementSet[] } {
  const folder = path.join(examples, name);
  const manifests = path.join(folder, 'manifests');
  const texts = readdirSync(manifests).map((file) => readFileSync(path.join(manifests, file), 'utf8'));
  const requirements = readFileSync(path.join(folder, `${name}.reach.yaml`), 'utf8');
  return { inventory: inventoryOf(documents(...texts)), sets: parseRequirements(requirements, 'net.reach.yaml') };
}

/** Verdicts by id, from a whole prediction of a whole inventory. */
function verdictsOf(inventory: Inventory, sets: readonly RequirementSet[]): Readonly<Record<string, string>> {
  const predictor = createPredictor(inventory);
  const { workloads: dns } = clusterDns(inventory);
  const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
  const planned = cellsOf(resolveRequirements(sets, inventory, { tolerant: false }), context);
  return Object.fromEntries(
    planned.map(({ requirement: { id, expect: wanted }, cells }) => [
      id,
      worst(cells.map(({ prediction }) => predictedVerdict(wanted, prediction.predicted))),
    ]),
  );
}

function survivorsOf({ mutants }: MutationResult): readonly (JudgedMutant & { outcome: 'survived' })[] {
  return mutants.filter((one) => one.outcome === 'survived');
}

describe.each(['shop', 'online-boutique'])('examples/%s, each mutant held against a whole prediction', (name) => {
  const { inventory, sets } = example(name);
  const result = mutate(inventory, sets, { today: TODAY });
  const addresses = matrixAddresses(inventory);
  const base = allowedBy(inventory, addresses);

  it('all requirements are met as the policies are', () => {
    expect(new Set(Object.values(verdictsOf(inventory, sets)))).toEqual(new Set(['met']));
  });

  it('what is killed is not met, by the requirement that is named; all others stay met', () => {
    for (const one of result.mutants) {
      const verdicts = verdictsOf(applyEdit(inventory, one.mutant.edit), sets);
      const unmet = Object.keys(verdicts).filter((id) => verdicts[id] !== 'met');
      if (one.outcome === 'killed') expect(unmet, nameOf(one.mutant)).toContain(one.by.split('/').at(-1));
      else expect(unmet, nameOf(one.mutant)).toEqual([]);
    }
  });

  it('what survives changes what is allowed; what is equivalent does not', () => {
    for (const one of result.mutants) {
      if (one.outcome === 'killed') continue;
      const same = allowedBy(applyEdit(inventory, one.mutant.edit), addresses) === base;
      expect(`${nameOf(one.mutant)}: ${same ? 'equivalent' : 'survived'}`).toBe(
        `${nameOf(one.mutant)}: ${one.outcome}`,
      );
    }
  });

  it('each case can be pasted: it is met as the policies are, and not by any mutant that it is said to catch', () => {
    const yaml = `requirements: pasted\ncases:\n${casesYaml(result.cases, '  ').join('\n')}\n`;
    const pasted = parseRequirements(yaml, 'pasted.reach.yaml');
    expect(new Set(Object.values(verdictsOf(inventory, pasted)))).toEqual(new Set(['met']));
    for (const { mutant, caughtBy } of survivorsOf(result)) {
      expect(verdictsOf(applyEdit(inventory, mutant.edit), pasted)[caughtBy.id], nameOf(mutant)).toBe('violated');
    }
    expect(mutate(inventory, [...sets, ...pasted], { today: TODAY })).toMatchObject({ survived: 0, score: 100 });
  });
});

it('the examples score as their requirements deserve', () => {
  const score = (name: string) => {
    const { inventory, sets } = example(name);
    const { killed, survived, mutants } = mutate(inventory, sets, { today: TODAY });
    return { killed, survived, mutants: mutants.length };
  };
  expect(score('shop')).toEqual({ killed: 26, survived: 11, mutants: 81 });
  expect(score('online-boutique')).toEqual({ killed: 78, survived: 17, mutants: 224 });
});

it("one namespace predicted anew is all predicted anew, with administrators' policies before and after", () => {
  const subject = '{namespaces: {}}';
  const admin = (kind: string, name: string, spec: string) =>
    `{apiVersion: policy.networking.k8s.io/v1alpha1, kind: ${kind}, metadata: {name: ${name}}, spec: {subject: ${subject}, ${spec}}}`;
  const inventory = inventoryOf(
    documents(
      '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}',
      '{apiVersion: v1, kind: Namespace, metadata: {name: other}}',
      ...['shop/web', 'shop/api', 'other/tool', 'other/bare'].map((id) => workload(id)),
      policy(
        'web',
        '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}',
      ),
      policy(
        'tool',
        '{podSelector: {matchLabels: {app: tool}}, ingress: [{from: [{namespaceSelector: {}}]}]}',
        'other',
      ),
      admin('BaselineAdminNetworkPolicy', 'default', `ingress: [{action: Deny, from: [${subject}]}]`),
      admin(
        'AdminNetworkPolicy',
        'first',
        `priority: 1, egress: [{action: Deny, to: [${subject}], ports: [{portNumber: {protocol: TCP, port: 443}}]}]`,
      ),
    ),
  );
  expect(inventory.adminPolicies).toHaveLength(2);
  for (const mutant of inventory.policies.flatMap(networkPolicyMutants)) expectSame(inventory, mutant);
});

it.each([
  ['all is known', knownInventories],
  ['much may be unknown', openInventories],
])('one namespace predicted anew is all predicted anew (%s)', (_, inventories) => {
  fc.assert(
    fc.property(inventories, fc.nat(), (inventory, pick) => {
      const mutants = inventory.policies.flatMap(networkPolicyMutants);
      const mutant = mutants[pick % Math.max(1, mutants.length)];
      if (mutant === undefined) return;
      expectSame(inventory, mutant);
    }),
    { numRuns: 300 },
  );
});

function expectSame(inventory: Inventory, mutant: Mutant): void {
  const namespace = mutant.policy.id.split('/')[0];
  const quick = new MutantPredictors(inventory, []).after(mutant.edit);
  const whole = createPredictor(applyEdit(inventory, mutant.edit));
  for (const here of inventory.workloads.filter((one) => one.namespace === namespace)) {
    for (const other of [outsider(), ...inventory.workloads]) {
      expect(pairText(quick, here, other), nameOf(mutant)).toBe(pairText(whole, here, other));
      expect(pairText(quick, other, here), nameOf(mutant)).toBe(pairText(whole, other, here));
    }
  }
}

function pairText(predictor: Predictor, from: Workload, to: Workload): string {
  const prediction = predictor.between(from, to);
  const points = [1, 80, 443].map((port) => prediction.decide('TCP', port).outcome);
  return `${from.id} > ${to.id} ${textOf(prediction)} ${points.join(' ')}`;
}
