import { describe, expect, it } from 'vitest';
import { assumedDns } from '../../../../../src/harness/inventory/dns.ts';
import { dialectNotes } from '../../../../../src/harness/predict/dialects/dialect-policies.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { inventory, policy, workload, type PeerSpec } from '../fixtures.ts';

const cache = workload('kube-system/node-local-dns', {}, { kind: 'DaemonSet', hostNetwork: true });
const [web, free, dns] = [workload('shop/web', { app: 'web' }), workload('shop/free', { app: 'free' }), assumedDns()];
const BY_LABELS: PeerSpec = { namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };

interface Asking {
  readonly port?: number | string;
  readonly runs?: boolean;
}

/** What becomes of a question of web's, where web's egress goes to these alone. */
function asked(to: readonly PeerSpec[] | undefined, { port = 53, runs = true }: Asking = {}) {
  const letOut = policy('shop/p', {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Egress'],
    egress: [{ ports: [{ port, protocol: 'UDP' }, { port: 443 }], ...(to && { to }) }],
  });
  const workloads = [web, free, dns, ...(runs ? [cache] : [])];
  const predictor = createPredictor(inventory({ workloads, policies: [letOut] }));
  return (from: typeof web, protocol: 'TCP' | 'UDP', number: number) =>
    predictor.between(from, dns).decide(protocol, number);
}

describe('NodeLocal DNSCache', () => {
  it.each([53, 'dns'])('leaves open whether a rule by labels lets questions through, port %s', (port) => {
    const ask = asked([BY_LABELS], { port });
    expect(ask(web, 'UDP', 53).outcome).toBe('unknown');
    expect(ask(web, 'UDP', 53).reason).toMatch(/node-local-dns\[DaemonSet\] answers in place of kube-dns.*https/);
    // Denied by the letter, and by the cache's node not let through either.
    expect(ask(web, 'TCP', 53).outcome).toBe('denied');
    expect(ask(web, 'TCP', 443).outcome).toBe('allowed');
    expect(ask(free, 'UDP', 53).outcome).toBe('allowed');
  });

  it.each([
    ['everyone', undefined],
    ['its address', [BY_LABELS, { ipBlock: { cidr: '169.254.20.10/32' } }]],
    ['every address', [BY_LABELS, { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }]],
  ] as const)('is let through where the rule names %s', (_, to) => {
    expect(asked(to)(web, 'UDP', 53).outcome).toBe('allowed');
  });

  it('is not let through by a block without its address', () => {
    const block = { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } };
    expect(asked([BY_LABELS, block])(web, 'UDP', 53).outcome).toBe('unknown');
  });

  it('is nothing where it does not run', () => {
    expect(asked([BY_LABELS], { runs: false })(web, 'UDP', 53).outcome).toBe('allowed');
  });

  it('is noted where it runs', () => {
    expect(dialectNotes(inventory({ workloads: [cache] }))[0]?.text).toMatch(
      /node-local-dns.*https:\/\/kubernetes\.io/,
    );
    expect(dialectNotes(inventory({ workloads: [] }))).toEqual([]);
  });
});
