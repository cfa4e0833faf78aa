import { describe, expect, it } from 'vitest';
import { clusterOptions, type ClusterFlags } from '../../../src/cli/options.ts';
import { resolveCluster } from '../../../src/input/cluster.ts';

describe('what holds probing back', () => {
  it('has its defaults', () => {
    expect(resolveCluster('kubeconfig')).toMatchObject({ maxErrors: 10 });
    expect(resolveCluster('kubeconfig')).not.toHaveProperty('maxRate');
    expect(resolveCluster({ source: 'kubeconfig', maxErrors: 0, maxRate: 50 })).toMatchObject({
      maxErrors: 0,
      maxRate: 50,
    });
  });

  it.each([
    [{ maxErrors: -1 }, '--max-errors -1: expected a share in percent, 0 to 100'],
    [{ maxErrors: Number.NaN }, '--max-errors NaN'],
    [{ maxErrors: 101 }, '--max-errors 101'],
    [{ maxRate: 0 }, '--max-rate 0: expected new connections a second, 1 to 100000'],
    [{ maxRate: 1.5 }, '--max-rate 1.5'],
    [{ maxRate: Number.NaN }, '--max-rate NaN'],
  ])('refuses %j', (more, message) => {
    expect(() => resolveCluster({ source: 'kubeconfig', ...more })).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) as string }),
    );
  });

  it.each([
    [{ maxErrors: 5 }, '--max-errors goes with --cluster kubeconfig'],
    [{ maxRate: 5 }, '--max-rate goes with --cluster kubeconfig'],
  ])('is nothing for an ephemeral cluster: %j', (more, message) => {
    const flags: ClusterFlags = { cluster: 'k3s', k3sImage: 'k3s', k3sArg: [], probeImage: 'node', ...more };
    expect(() => clusterOptions(flags)).toThrow(expect.objectContaining({ code: 'USAGE', message }));
  });
});

describe('a cluster that is probed', () => {
  const touched = { code: 'USAGE', message: '--probe touches a running cluster: say which one' };
  const flags: ClusterFlags = { cluster: 'kubeconfig', k3sImage: 'k3s', k3sArg: [], probeImage: 'node' };

  it('is named, by its context or by its UID', () => {
    expect(() => resolveCluster({ source: 'kubeconfig', probe: true })).toThrow(expect.objectContaining(touched));
    expect(() => clusterOptions({ ...flags, probe: true })).toThrow(expect.objectContaining(touched));
    expect(resolveCluster({ source: 'kubeconfig', probe: true, clusterUid: 'u' })).toMatchObject({ clusterUid: 'u' });
    expect(clusterOptions({ ...flags, probe: true, context: 'prod' })).toMatchObject({ context: 'prod' });
  });

  it.each([
    [{ to: 'real' }, '--to goes with --probe'],
    [{ maxErrors: 5 }, '--max-errors goes with --probe'],
    [{ maxRate: 5 }, '--max-rate goes with --probe'],
    [{ annotate: ['example.com/ticket=A'] }, '--annotate goes with --probe'],
  ] as const)('alone takes %j', (more, message) => {
    expect(() => clusterOptions({ ...flags, ...more })).toThrow(expect.objectContaining({ code: 'USAGE', message }));
    expect(clusterOptions({ ...flags, ...more, probe: true, context: 'prod' })).toMatchObject({ probe: true });
  });

  it('may be any where it is only read', () => {
    expect(clusterOptions(flags)).toMatchObject({ probe: false });
  });
});
