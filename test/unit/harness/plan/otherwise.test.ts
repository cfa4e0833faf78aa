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

describe('otherwise without a pair of pods', () => {
  const judge = (text: string, files = manifests) =>
    judgeFiles(`requirements: t\n${text}otherwise: mayNotReach`, files);

  it('is an error where no endpoint lies in a namespace: nothing is judged, so nothing is met', () => {
    expect(() => judge('')).toThrow(/otherwise has nothing to judge/u);
    expect(() => judge('cases: [{id: A, from: anyone, mayNotReach: {cidr: 203.0.113.0/24}}]\n')).toThrow(
      /otherwise has nothing to judge/u,
    );
  });

  it('is an error where a single pod is all that the namespaces hold', () => {
    expect(() => judge('endpoints: {thing: other/thing}\n')).toThrow(/otherwise has nothing to judge/u);
  });

  it('judges the replicas of a single workload', () => {
    const one = documents('{apiVersion: v1, kind: Namespace, metadata: {name: shop}}', workload('shop/web'));
    expect(judge('endpoints: {web: shop/web}\n', one).get('otherwise')?.cells).toHaveLength(1);
  });
});

describe('otherwise beside namespaces that are not defined', () => {
  const half = documents(
    '{apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {env: prod}}}',
    workload('prod/web', { kind: 'Pod' }),
    workload('loose/job', { kind: 'Pod' }),
  );

  it('is not certain of a namespace in which an endpoint may lie', () => {
    const text = 'requirements: t\nendpoints: {prod: {namespaces: {env: prod}}}\notherwise: mayNotReach';
    const judged = judgeFiles(text, half).get('otherwise');
    expect(judged?.verdict).toBe('inconclusive');
    expect(judged?.cells[0]?.missing).toMatch(/^the namespace loose is used but not defined, so whether an endpoint/u);
  });

  it('is not certain of what a case may name', () => {
    const text =
      'requirements: t\nendpoints: {job: loose/job}\notherwise: mayNotReach\ncases:\n' +
      '  - {id: A, from: {namespaces: {env: prod}}, mayReach: prod/web, on: [80]}\n' +
      '  - {id: B, from: prod/web, mayReach: loose/job, on: any}';
    const judged = judgeFiles(text, half).get('otherwise');
    expect(judged === undefined ? [] : cellLines(judged)).toEqual([
      'loose/job[Pod] > prod/web[Pod] pod TCP/1-79: violated (allowed)',
      'loose/job[Pod] > prod/web[Pod] pod TCP/81-65535: violated (allowed)',
      'loose/job[Pod] > prod/web[Pod] pod UDP/1-65535: violated (allowed)',
      'loose/job[Pod] > prod/web[Pod] pod SCTP/1-65535: violated (allowed)',
      'loose/job[Pod] > prod/web[Pod] pod TCP/80: inconclusive (allowed)',
    ]);
  });
});
