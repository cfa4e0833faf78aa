import { describe, expect, it } from 'vitest';
import { cellLines, documents, judgeFiles, workload } from '../../support/predicted.ts';

const manifests = documents(
  '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}',
  '{apiVersion: v1, kind: Namespace, metadata: {name: other}}',
  workload('shop/web', { kind: 'Pod', ports: '[{containerPort: 8080}]' }),
  workload('shop/api', { kind: 'Pod', ports: '[{containerPort: 3000}]' }),
  workload('other/thing', { kind: 'Pod' }),
  '{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [{port: 80, targetPort: 3000}]}}',
);

function otherwise(cases: string): readonly string[] {
  const text = `requirements: t\nendpoints: {web: shop/web}\notherwise: mayNotReach\ncases:\n${cases}`;
  const judged = judgeFiles(text, manifests).get('otherwise');
  return judged === undefined ? [] : cellLines(judged);
}

describe('otherwise', () => {
  it('is every connection of the namespaces that no case names', () => {
    expect(otherwise('  - {id: A, from: web, mayReach: shop/api, on: [3000]}')).toEqual([
      'shop/api[Pod] > shop/web[Pod] pod any/any: violated (allowed)',
      'shop/web[Pod] > shop/api[Pod] pod TCP/1-2999: violated (allowed)',
      'shop/web[Pod] > shop/api[Pod] pod TCP/3001-65535: violated (allowed)',
      'shop/web[Pod] > shop/api[Pod] pod UDP/1-65535: violated (allowed)',
      'shop/web[Pod] > shop/api[Pod] pod SCTP/1-65535: violated (allowed)',
    ]);
  });

  it('takes what a service stands for as named', () => {
    const lines = otherwise('  - {id: A, from: web, mayReach: {service: shop/api}}');
    expect(lines).toContain('shop/web[Pod] > shop/api[Pod] pod TCP/1-2999: violated (allowed)');
    expect(lines).not.toContain('shop/web[Pod] > shop/api[Pod] pod any/any: violated (allowed)');
  });

  it('leaves out pairs that a case names wholly, whichever way', () => {
    expect(
      otherwise('  - {id: A, from: web, mayNotReach: shop/api}\n  - {id: B, from: shop/api, mayNotReach: web}'),
    ).toEqual([]);
  });

  it('does not look into namespaces that anyone alone reaches', () => {
    expect(otherwise('  - {id: A, from: anyone, mayNotReach: web}').some((line) => line.includes('other/'))).toBe(
      false,
    );
  });
});
