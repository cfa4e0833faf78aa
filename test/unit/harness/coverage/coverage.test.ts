import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../../../src/harness/coverage/coverage.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { AuditRules } from '../../../../src/requirements/model.ts';
import { inventoryOf } from '../inventory/from-yaml.ts';
import {
  at,
  cover,
  DENY_ALL,
  DENY_INGRESS,
  exception,
  find,
  namespace,
  oracleOf,
  policy,
  SHOP,
  short,
  TODAY,
  WEB,
  workload,
} from './cover.ts';

describe('rows', () => {
  it('are each workload in each direction, with the policies that isolate it', () => {
    const { rows } = cover([namespace('shop'), workload('web'), DENY_INGRESS]);
    expect(rows).toMatchObject([
      {
        object: 'shop/web[Deployment]',
        namespace: 'shop',
        direction: 'ingress',
        isolatedBy: [{ policy: 'shop/deny' }],
      },
      { object: 'shop/web[Deployment]', namespace: 'shop', direction: 'egress', isolatedBy: [], hostNetwork: false },
    ]);
  });

  it('list workloads on the host network, which no policy isolates', () => {
    const coverage = cover([workload('agent', 'hostNetwork: true'), DENY_ALL]);
    expect(coverage.rows.map(({ hostNetwork, isolatedBy }) => [hostNetwork, isolatedBy])).toEqual([
      [true, []],
      [true, []],
    ]);
    expect(find(coverage, 'uncovered-pod')).toEqual([]);
  });

  it('have the exception of what is not isolated, and only of that', () => {
    const { rows } = cover([workload('web'), DENY_INGRESS], { exceptions: [exception(SHOP)] });
    expect(rows.map(({ exception: record }) => record)).toEqual([
      undefined,
      { because: 'legacy', approvedBy: 'board', until: '2026-12-31', ended: false },
    ]);
  });

  it('agree with the engine', () => {
    const inventory = inventoryOf([workload('web'), workload('api'), DENY_INGRESS].join('\n---\n'));
    expect(coverageOf(inventory, createPredictor(inventory), [], TODAY)).toEqual(
      coverageOf(inventory, oracleOf(inventory), [], TODAY),
    );
  });
});

describe('without an audit block', () => {
  it('everything is reported and nothing fails', () => {
    const coverage = cover([namespace('shop'), workload('web')]);
    expect(short(find(coverage, 'uncovered-pod'))).toEqual([
      'shop/web[Deployment] ingress',
      'shop/web[Deployment] egress',
    ]);
    expect(short(find(coverage, 'namespace-without-default-deny'))).toEqual(['shop ingress', 'shop egress']);
    expect(coverage.findings.some(({ fails, requiredBy }) => fails || requiredBy !== undefined)).toBe(false);
  });

  it('what no policy isolates is said to be in doubt where a policy is not modelled', () => {
    const cilium =
      '{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: shop}, spec: {endpointSelector: {}, ingress: [{fromGroups: [{}]}]}}';
    const [finding] = find(cover([workload('web'), cilium]), 'uncovered-pod');
    expect(finding?.message).toContain('whether CiliumNetworkPolicy shop/c does is not known');
  });
});

describe('default deny', () => {
  const missing = (documents: readonly string[], audit: Partial<AuditRules> = { defaultDeny: ['ingress'] }) =>
    short(find(cover(documents, audit), 'default-deny-missing'));

  it('is there with a policy that selects every pod', () => {
    expect(missing([workload('web'), DENY_INGRESS])).toEqual([]);
  });

  it('is missing where policies select the pods that are there, but not one without labels', () => {
    const byLabel = policy('web', '{podSelector: {matchLabels: {app: web}}}');
    expect(missing([workload('web'), byLabel])).toEqual(['shop ingress!']);
  });

  it('is missing in the other direction', () => {
    expect(missing([workload('web'), DENY_INGRESS], { defaultDeny: ['egress'] })).toEqual(['shop egress!']);
  });

  it('is missing in a namespace without workloads, and without policies: new pods start open', () => {
    expect(missing([namespace('empty')])).toEqual(['empty ingress!']);
  });

  it('by a selector that leaves a workload out needs an exception for that workload', () => {
    const most = policy('most', '{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}');
    expect(missing([workload('web'), workload('api'), most])).toEqual(['shop ingress!']);
    expect(
      missing([workload('web'), workload('api'), most], { defaultDeny: ['ingress'], exceptions: [exception(WEB)] }),
    ).toEqual([]);
  });

  it('may be missing by exception, for the namespace and its workloads', () => {
    const coverage = cover([workload('web')], { defaultDeny: ['ingress'], exceptions: [exception(SHOP)] });
    expect(short(find(coverage, 'default-deny-missing'))).toEqual(['shop ingress']);
    expect(find(coverage, 'default-deny-missing')).toMatchObject([{ severity: 'note', exception: { ended: false } }]);
    expect(coverage.findings.some(({ fails }) => fails)).toBe(false);
  });

  it('may not be missing by the exception of a workload, or of another direction', () => {
    expect(missing([workload('web')], { defaultDeny: ['ingress'], exceptions: [exception(WEB)] })).toEqual([
      'shop ingress!',
    ]);
    const egress = exception(SHOP, { directions: ['egress'] });
    expect(missing([workload('web')], { defaultDeny: ['ingress'], exceptions: [egress] })).toEqual(['shop ingress!']);
  });

  it('asks for every workload, too, in the directions that it names', () => {
    const coverage = cover([workload('web'), workload('api')], {
      defaultDeny: ['ingress'],
      exceptions: [exception(WEB)],
    });
    expect(short(find(coverage, 'uncovered-pod'))).toEqual([
      'shop/api[Deployment] ingress!',
      'shop/api[Deployment] egress',
      'shop/web[Deployment] ingress',
      'shop/web[Deployment] egress',
    ]);
    expect(find(coverage, 'uncovered-pod')[0]).toMatchObject({ severity: 'error', requiredBy: at(1) });
  });
});

describe('exceptions', () => {
  const ofRule = (rule: string, until: string, documents = [workload('web')]) =>
    find(cover(documents, { exceptions: [exception(SHOP, { until })] }), rule);

  it('hold through their last day', () => {
    expect(ofRule('exception-ended', TODAY)).toEqual([]);
    expect(ofRule('exception-ended', '2026-11-14')).toMatchObject([
      {
        object: 'shop',
        severity: 'error',
        fails: true,
        position: at(9),
        requiredBy: at(9),
        exception: { ended: true },
      },
    ]);
  });

  it('that ended excuse nothing', () => {
    const audit = { defaultDeny: ['ingress'] as const, exceptions: [exception(SHOP, { until: '2026-11-14' })] };
    expect(short(find(cover([workload('web')], audit), 'default-deny-missing'))).toEqual(['shop ingress!']);
  });

  it('that ended are overruled by one that holds', () => {
    const exceptions = [exception(SHOP, { until: '2026-01-01' }), exception(SHOP)];
    expect(
      short(find(cover([workload('web')], { defaultDeny: ['ingress'], exceptions }), 'default-deny-missing')),
    ).toEqual(['shop ingress']);
  });

  it('that nothing needs are to be removed, and do not fail', () => {
    expect(short(ofRule('exception-unused', '2026-12-31', [workload('web'), DENY_ALL]))).toEqual(['shop ']);
    expect(ofRule('exception-unused', '2026-01-01', [workload('web'), DENY_ALL])[0]?.message).toContain(
      'ended on 2026-01-01',
    );
    expect(ofRule('exception-unused', '2026-12-31')).toEqual([]);
  });

  it('of a workload name its id, and what is not there by its name', () => {
    const documents = [workload('web'), DENY_ALL];
    const gone = exception({ kind: 'workload', namespace: 'shop', name: 'gone' });
    const coverage = cover(documents, { exceptions: [exception(WEB), gone] });
    expect(short(find(coverage, 'exception-unused'))).toEqual(['shop/web[Deployment] ', 'workload shop/gone ']);
  });
});
