import { describe, expect, it } from 'vitest';
import type { CoverageException } from '../../../../src/requirements/model.ts';
import { at, cover, DENY_ALL, DENY_INGRESS, exception, find, namespace, short, WEB, workload } from './cover.ts';

describe('critical namespaces', () => {
  const critical = (documents: readonly string[], exceptions: readonly CoverageException[] = [], value = 'pci') => {
    const selector = { matchLabels: { zone: value }, matchExpressions: [] };
    const namespaces = { by: 'labels', selector } as const;
    return cover(documents, { critical: [{ namespaces, because: 'card data', position: at(5) }], exceptions });
  };
  const PCI = namespace('shop', 'zone: pci');

  it('need each pod isolated in both directions', () => {
    const coverage = critical([PCI, namespace('other'), workload('web'), DENY_INGRESS]);
    expect(find(coverage, 'critical-namespace-uncovered')).toMatchObject([
      { object: 'shop', direction: 'egress', fails: true, requiredBy: at(5), severity: 'error' },
    ]);
    expect(find(coverage, 'critical-namespace-uncovered')[0]?.message).toContain('card data');
    expect(short(find(coverage, 'uncovered-pod'))).toEqual(['shop/web[Deployment] egress!']);
    expect(short(find(critical([PCI, workload('web'), DENY_ALL]), 'critical-namespace-uncovered'))).toEqual([]);
  });

  it('need it of pods on the host network, which can only be excepted', () => {
    const agent = workload('web', 'hostNetwork: true');
    expect(short(find(critical([PCI, agent, DENY_ALL]), 'critical-namespace-uncovered'))).toEqual([
      'shop ingress!',
      'shop egress!',
    ]);
    expect(short(find(critical([PCI, agent, DENY_ALL], [exception(WEB)]), 'critical-namespace-uncovered'))).toEqual([]);
  });

  it('may be named', () => {
    const named = (name: string) =>
      cover([namespace('shop'), workload('web')], {
        critical: [{ namespaces: { by: 'name', name }, position: at(5) }],
      });
    expect(short(find(named('shop'), 'critical-namespace-uncovered'))).toEqual(['shop ingress!', 'shop egress!']);
    expect(find(named('shpo'), 'critical-namespace-uncovered')).toEqual([]);
    expect(find(named('shpo'), 'critical-namespace-missing')[0]?.message).toContain('called shpo');
  });

  it('that may be, by labels that nobody defined, are told although another one is', () => {
    const other = workload('job').replaceAll('shop', 'used');
    const coverage = critical([PCI, workload('web'), DENY_ALL, other]);
    expect(find(coverage, 'critical-namespace-missing')).toEqual([]);
    expect(find(coverage, 'critical-namespace-unknown')).toMatchObject([
      { object: 'used', severity: 'warning', fails: false, requiredBy: at(5) },
    ]);
    const message = find(coverage, 'critical-namespace-unknown')[0]?.message;
    expect(message).toContain('used is used but not defined, so whether it is critical (labelled zone=pci)');
    // Isolated, it is all the same; defined, it is known.
    const isolated = critical([PCI, workload('web'), DENY_ALL, other, DENY_ALL.replaceAll('shop', 'used')]);
    expect(find(isolated, 'critical-namespace-unknown')).toEqual([]);
    expect(find(critical([PCI, namespace('used'), other]), 'critical-namespace-unknown')).toEqual([]);
  });

  it('that no namespace is, are an error at their line', () => {
    const coverage = critical([PCI, workload('web')], [], 'pic');
    expect(find(coverage, 'critical-namespace-missing')).toMatchObject([{ fails: true, position: at(5) }]);
    expect(find(coverage, 'critical-namespace-missing')[0]?.message).toContain('labelled zone=pic');
    expect(find(critical([PCI]), 'critical-namespace-missing')).toEqual([]);
  });
});
