import type { Mutant } from '../../../../../src/harness/mutate/model.ts';
import { mutablePolicies } from '../../../../../src/harness/mutate/mutants.ts';
import { documents, inventoryOf } from '../../../support/predicted.ts';

export function mutantsIn(...manifests: readonly string[]): readonly Mutant[] {
  return mutablePolicies(inventoryOf(documents(...manifests))).flatMap(({ mutants }) => mutants());
}

/** `remove-rule | ingress rule 1 removed` */
export function lines(...manifests: readonly string[]): readonly string[] {
  return mutantsIn(...manifests).map(({ kind, description }) => `${kind} | ${description}`);
}

export function admin(kind: string, name: string, spec: string): string {
  const version = kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1';
  return `{apiVersion: policy.networking.k8s.io/${version}, kind: ${kind}, metadata: {name: ${name}}, spec: {${spec}}}`;
}

export function cilium(name: string, spec: string, namespace = 'shop'): string {
  return `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: ${namespace}}, spec: {${spec}}}`;
}

/** Of the whole cluster. */
export function clusterwide(name: string, spec: string): string {
  return `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: ${name}}, ${spec}}`;
}

export function calico(name: string, spec: string, namespace = 'shop'): string {
  return `{apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: {name: ${name}, namespace: ${namespace}}, spec: {${spec}}}`;
}

export function calicoGlobal(name: string, spec: string): string {
  return `{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: ${name}}, spec: {${spec}}}`;
}
