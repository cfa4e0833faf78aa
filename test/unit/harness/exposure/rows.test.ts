import { describe, expect, it } from 'vitest';
import { exposuresOf } from '../../../../src/harness/exposure/exposure.ts';
import { exposureRows } from '../../../../src/harness/exposure/rows.ts';
import { admin } from '../predict/admin/fixtures.ts';
import { inventory, policy, workload, type PolicySpec } from '../predict/fixtures.ts';

const web = workload('shop/web', { app: 'web' });
const EGRESS = { policyTypes: ['Egress'] as const };
const everywhere = { namespaceSelector: {} };

function rowsOf(spec: PolicySpec, ...admins: readonly Parameters<typeof admin>[1][]) {
  const found = inventory({
    workloads: [web],
    policies: [policy('shop/web', spec)],
    adminPolicies: admins.map((one, index) => admin(`a${index}`, one)),
  });
  return exposureRows(exposuresOf(found).exposures);
}

describe('rows of the exposure', () => {
  it('begin with what holds of any pod, and go by selectors', () => {
    const team = (name: string) => ({ namespaceSelector: { matchLabels: { team: name } } });
    const spec = {
      ingress: [{ ports: [{ port: 80 }] }, { from: [team('b')], ports: [{ port: 82 }] }, { from: [team('a')] }],
    };
    expect(rowsOf(spec).filter(({ direction }) => direction === 'ingress')).toEqual([
      { workload: web.id, direction: 'ingress', namespaces: '*', pods: '*', connections: 'TCP 80' },
      { workload: web.id, direction: 'ingress', namespaces: 'team=a', pods: '*', connections: 'all' },
      { workload: web.id, direction: 'ingress', namespaces: 'team=b', pods: '*', connections: 'TCP 80,82' },
    ]);
    expect(rowsOf(spec).filter(({ direction }) => direction === 'egress')).toEqual([
      { workload: web.id, direction: 'egress', namespaces: '*', pods: '*', connections: 'all' },
    ]);
  });

  it('put ports of which only the name is known last', () => {
    const named = { ...EGRESS, egress: [{ to: [everywhere], ports: [{ port: 'http' }] }] };
    expect(rowsOf(named).at(-1)?.connections).toBe('TCP named http');
    const both = {
      ...EGRESS,
      egress: [{ to: [everywhere], ports: [{ port: 'http' }, { port: 53, protocol: 'UDP' as const }] }],
    };
    expect(rowsOf(both).at(-1)?.connections).toBe('UDP 53; TCP named http');
  });

  it('say which numbers may have the name where an administrator denies some, and what a name closes', () => {
    const named = { ...EGRESS, egress: [{ to: [everywhere], ports: [{ port: 'http' }] }] };
    const deny = (port: number | string) => ({
      egress: [{ action: 'deny' as const, namespaces: {}, ports: [{ protocol: 'TCP' as const, port }] }],
    });
    expect(rowsOf(named, deny(443)).at(-1)?.connections).toBe('TCP named http on 1-442,444-65535');
    expect(rowsOf({ ...EGRESS, egress: [{}] }, deny('ssh')).at(-1)?.connections).toBe('all; not TCP named ssh');
  });

  it('tell what hangs on a name, and is not known, as not known of every pod', () => {
    const block = { ...EGRESS, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 'http' }] }] };
    expect(rowsOf(block).at(-1)).toMatchObject({ connections: 'none', unknown: 'TCP 1-65535' });
    const perhaps = {
      action: 'deny' as const,
      domainNames: ['db.svc.cluster.local'],
      ports: [{ protocol: 'TCP' as const, port: 'http' }],
    };
    expect(rowsOf({ ...EGRESS, egress: [{}] }, { egress: [perhaps] }).at(-1)).toMatchObject({
      connections: 'SCTP 1-65535; UDP 1-65535',
      unknown: 'TCP 1-65535',
    });
  });
});
