import { describe, expect, it } from 'vitest';
import { judgeRequirement } from '../../../../src/harness/verdict/requirements.ts';
import { cellLines, documents, planFiles, workload } from '../../support/predicted.ts';

const manifests = documents(
  workload('shop/web'),
  workload('shop/db', { ports: '[{containerPort: 80}]' }),
  '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}}}',
);
const unenforced = 'nothing enforces policies here (flannel)';

function judge(one: string, more: { readonly unenforced?: string } = { unenforced }) {
  return planFiles(`requirements: t\ncases: [${one}]`, manifests).planned.map((planned) =>
    judgeRequirement(planned, undefined, { today: '2027-01-15', replay: () => '', ...more }),
  );
}

describe('where nothing enforces policies', () => {
  it.each(['mayReach', 'mayNotReach'])('what they deny is inconclusive: %s', (expected) => {
    const [judged] = judge(`{id: A, from: shop/web, ${expected}: shop/db, on: [80]}`);
    expect(judged).toMatchObject({
      verdict: 'inconclusive',
      cells: [{ attributedTo: 'nothing', missing: expect.stringContaining(unenforced) as string }],
    });
  });

  it('what they allow is open all the same', () => {
    const lines = ['mayReach', 'mayNotReach'].map((expected) =>
      judge(`{id: A, from: shop/db, ${expected}: shop/web, on: [80]}`).flatMap(cellLines),
    );
    expect(lines).toEqual([
      ['shop/db[Deployment] > shop/web[Deployment] pod TCP/80: met (allowed)'],
      ['shop/db[Deployment] > shop/web[Deployment] pod TCP/80: violated (allowed)'],
    ]);
  });

  it('and nowhere else', () => {
    expect(judge('{id: A, from: shop/web, mayNotReach: shop/db}', {})).toMatchObject([{ verdict: 'met' }]);
  });
});
