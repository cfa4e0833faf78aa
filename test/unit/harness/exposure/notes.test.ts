import { expect, it } from 'vitest';
import { exposuresOf } from '../../../../src/harness/exposure/exposure.ts';
import { documents, inventoryOf } from '../../support/predicted.ts';

const pod = (id: string, app: string) => {
  const [namespace, name] = id.split('/');
  return `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${app}}}, spec: {containers: []}}`;
};
// Two of one class, one of another class, one of another namespace.
const PODS = [pod('shop/web', 'web'), pod('shop/web-2', 'web'), pod('shop/api', 'api'), pod('ops/tool', 'tool')];
const policy = (name: string, spec: string) =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${spec}}}`;

function doubts(...policies: readonly string[]): readonly string[] {
  const { notes } = exposuresOf(inventoryOf(documents(...PODS, ...policies)));
  return notes.filter((note) => note.includes('not known of') || note.includes('may apply'));
}

it('a doubt that names no workload is told once, with those that it touches', () => {
  expect(
    doubts(
      policy('all', 'podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]'),
      policy('web', 'podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]'),
    ),
  ).toEqual([
    expect.stringMatching(
      / of shop\/api\[Pod\], shop\/web-2\[Pod\] and shop\/web\[Pod\]: policy shop\/all .*10\.0\.0\.0\/8/,
    ) as unknown,
  ]);
});

it('a doubt that names the workload is told once, of all of them, whichever their namespace', () => {
  const other = '{apiVersion: crd.antrea.io/v1beta1, kind: ClusterNetworkPolicy, metadata: {name: any}, spec: {}}';
  const isolated = policy('web', 'podSelector: {matchLabels: {app: web}}, ingress: []');
  const [told, ...others] = doubts(isolated, other);
  expect(others).toEqual([]);
  expect(told).toMatch(/may apply to .*ops\/tool\[Pod\].* and 1 more: its kind is not modelled$/);
});
