import { describe, expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../src/harness/inventory/model.ts';
import { noteDialect, onPlugin } from '../../../../src/harness/run/on-files.ts';
import { inventory, policy, workload } from '../predict/fixtures.ts';

const cache = workload('kube-system/node-local-dns', {}, { kind: 'DaemonSet', hostNetwork: true });
const range = policy('shop/range', { ingress: [{ ports: [{ port: 80, endPort: 90 }] }] });
const files = noteDialect(inventory({ workloads: [cache], policies: [range] }));

/** It knows itself, as the terminal's does. */
class Printed {
  readonly texts: string[] = [];
  note(text: string): void {
    this.texts.push(text);
  }
}

function told(plugin: NetworkPlugin) {
  const progress = new Printed();
  const taken = onPlugin(files, plugin, progress);
  return { printed: progress.texts, taken };
}

describe('files on the plugin that takes them', () => {
  it('tell what that plugin reads in a way of its own, and keep it', () => {
    const { printed, taken } = told({ name: 'cilium', version: '1.15.6' });
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(
      /NetworkPolicy shop\/range has an endPort, which Cilium before 1\.16 .* \(range\.yaml:1\)$/,
    );
    expect(taken.plugin.name).toBe('cilium');
    expect(taken.notes.map(({ text }) => text).join()).toMatch(/Cilium before 1\.16/);
  });

  it('say nothing twice', () => {
    expect(files.notes.map(({ text }) => text).join()).toMatch(/node-local-dns/);
    expect(told({ name: 'kube-router', version: '2.0.0' }).printed).toEqual([]);
  });
});
