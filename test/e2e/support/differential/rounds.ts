import fc from 'fast-check';
import { dump } from 'js-yaml';
import type { KubeManifest } from '../../../../src/harness/clusters/api/model.ts';
import { policySpecs, type PolicyWords } from '../../../unit/harness/predict/policy-arbitraries.ts';
import { ciliumSpecs, clusterwideSpecs } from './cilium-policies.ts';

/** Policies that stand in the cluster together, and are predicted and observed together. */
export interface Round {
  readonly number: number;
  readonly policies: readonly KubeManifest[];
  /** As one file, in whose lines the reasons of predictions point. */
  readonly file: string;
  readonly yaml: string;
}

export interface RoundOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly words: PolicyWords;
  /** Whether every other round has policies of Cilium's own kinds too. */
  readonly cilium: boolean;
}

/** The same rounds for the same seed and words. The first has no policies: there everything must be open. */
export function sampleRounds({ seed, rounds, words, cilium }: RoundOptions): readonly Round[] {
  const kubernetes = fc.array(kubernetesPolicies(words), { minLength: 3, maxLength: 7 });
  const mixed = fc
    .tuple(
      fc.array(ciliumPolicies(words), { minLength: 2, maxLength: 5 }),
      fc.array(kubernetesPolicies(words), { maxLength: 2 }),
    )
    .map((lists) => lists.flat());
  const both = fc.sample(fc.tuple(kubernetes, mixed), { seed, numRuns: rounds });
  const policies = both.map(([own, more], index) => (cilium && index % 2 === 1 ? more : own));
  return [[], ...policies].map((unnamed, number) => roundOf(number, unnamed));
}

type Unnamed = (name: string) => KubeManifest;

function kubernetesPolicies(words: PolicyWords): fc.Arbitrary<Unnamed> {
  return fc.tuple(fc.constantFrom(...words.namespaces), policySpecs(words)).map(([namespace, spec]) => (name) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  }));
}

function ciliumPolicies(words: PolicyWords): fc.Arbitrary<Unnamed> {
  const namespaced = fc
    .tuple(fc.constantFrom(...words.namespaces), ciliumSpecs(words))
    .map(([namespace, spec]): Unnamed => (name) => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name, namespace },
      spec,
    }));
  const clusterwide = clusterwideSpecs(words).map((spec): Unnamed => (name) => ({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumClusterwideNetworkPolicy',
    metadata: { name },
    spec,
  }));
  return fc.oneof({ weight: 2, arbitrary: namespaced }, { weight: 1, arbitrary: clusterwide });
}

function roundOf(number: number, unnamed: readonly Unnamed[]): Round {
  const policies = unnamed.map((policy, index) => policy(`diff-${number}-${index}`));
  const yaml = policies.map((policy) => dump(policy, { flowLevel: 4, noRefs: true })).join('---\n');
  return { number, policies, file: `round-${number}.yaml`, yaml };
}
