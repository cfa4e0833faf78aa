import { describe, expect, it } from 'vitest';
import { contradictionsOf } from '../../../../src/harness/plan/contradictions.ts';
import { cellLines, documents, judgeFiles, planFiles, workload } from '../../support/predicted.ts';

/** `loose` is used but not defined: it may be labelled env=prod, or not. */
const manifests = documents(
  '{apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {env: prod}}}',
  workload('prod/web', { kind: 'Pod' }),
  workload('prod/db', { kind: 'Pod' }),
  workload('loose/job', { kind: 'Pod' }),
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: db, namespace: prod}, spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: prod}}}]}]}}',
);

const set = (...cases: string[]): string => `requirements: t\ncases:\n${cases.map((one) => `  - ${one}\n`).join('')}`;
const judge = (text: string) => judgeFiles(set(text), manifests).get('A');
const lines = (text: string): readonly string[] => {
  const judged = judge(text);
  return judged === undefined ? [] : cellLines(judged);
};

describe('an endpoint chosen by labels of namespaces, of which one is not defined', () => {
  it('cannot be met for who may be a member and would violate it', () => {
    const text = '{id: A, from: {namespaces: {env: prod}}, mayReach: prod/db, on: [80]}';
    expect(lines(text)).toEqual([
      'loose/job[Pod] > prod/db[Pod] pod TCP/80: inconclusive (denied)',
      'prod/web[Pod] > prod/db[Pod] pod TCP/80: met (allowed)',
    ]);
    expect(judge(text)?.verdict).toBe('inconclusive');
    expect(judge(text)?.cells[0]?.missing).toBe(
      'the namespace loose is used but not defined, so whether {env=prod}/* means loose/job[Pod] is not known; ' +
        'add the Namespace, with its labels, to the manifests',
    );
  });

  it('is met by who may be a member and holds to it', () => {
    expect(judge('{id: A, from: prod/web, mayReach: {namespaces: {env: prod}}, on: [80]}')?.verdict).toBe('met');
  });

  it('is certain of a member that another endpoint of the case names', () => {
    expect(lines('{id: A, from: [{namespaces: {env: prod}}, loose/job], mayReach: prod/db, on: [80]}')).toContain(
      'loose/job[Pod] > prod/db[Pod] pod TCP/80: violated (denied)',
    );
  });

  it('selects nothing where no member is certain, and says why', () => {
    const text = set('{id: A, from: {namespaces: {env: test}}, mayReach: prod/db, on: [80]}');
    expect(() => judgeFiles(text, manifests)).toThrow(
      expect.objectContaining({
        code: 'ENDPOINT_SELECTS_NOTHING',
        hint: 'loose is used but not defined: add its Namespace, with labels, to the manifests',
      }),
    );
  });

  it('contradicts nothing by what may not be asked', () => {
    const text = set(
      '{id: A, from: {namespaces: {env: prod}}, mayReach: prod/db, on: [80]}',
      '{id: B, from: loose/job, mayNotReach: prod/db}',
    );
    expect(contradictionsOf(planFiles(text, manifests).planned)).toEqual([]);
  });
});
