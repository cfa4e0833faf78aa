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
