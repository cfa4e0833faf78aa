import fc from 'fast-check';
import type { Protocol } from '../../../../src/requirements/model.ts';
import type { Inventory, NetworkPolicy, Workload } from '../../../../src/harness/inventory/model.ts';
import { inventory, namespace, pod, policy, workload } from './fixtures.ts';
import { policySpecs } from './policy-arbitraries.ts';

// One seed, so that a test run says the same twice; MAYREACH_FUZZ_SEED explores others.
fc.configureGlobal({ seed: Number(process.env['MAYREACH_FUZZ_SEED'] ?? 20261123) });

/** Few values, so that selectors meet labels, blocks meet addresses and ranges touch. */
const NAMESPACES = ['a', 'b', 'c'] as const;
const KEYS = ['app', 'tier'] as const;
const VALUES = ['x', 'y', 'z'] as const;
const PORT_NAMES = ['http', 'dns'] as const;
export const PORTS = [1, 2, 53, 79, 80, 81, 443, 8080, 65534, 65535] as const;
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const V4 = ['10.0.0.1', '10.0.0.2', '10.1.0.1', '172.16.3.4', '192.168.0.9', '100.64.0.1', '203.0.113.7'] as const;
const V6 = ['fd00::1', 'fd00:1::1', '2001:db8::1'] as const;
/** Inside, outside and at the edges of every block below. */
export const ADDRESSES = [
  ...V4,
  ...V6,
  '0.0.0.0',
  '255.255.255.255',
  '9.255.255.255',
  '10.0.0.0',
  '10.255.255.255',
  '11.0.0.0',
  '203.0.113.0',
  '203.0.113.255',
  '203.0.114.0',
  '::',
  'fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fd00::',
] as const;
const BLOCKS = [
  { cidr: '0.0.0.0/0' },
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] },
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'] },
  { cidr: '10.0.0.0/8' },
  { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] },
  { cidr: '10.0.0.1/32' },
  { cidr: '203.0.113.0/24' },
  { cidr: '203.0.113.7/32' },
  { cidr: '::/0' },
  { cidr: 'fd00::/8' },
] as const;

const labels = fc.dictionary(fc.constantFrom(...KEYS, 'other'), fc.constantFrom(...VALUES, 'unheard-of'), {
  maxKeys: 3,
});

const policySpec = policySpecs({
  namespaces: NAMESPACES,
  keys: KEYS,
  values: VALUES,
  portNames: PORT_NAMES,
  ports: PORTS,
  protocols: PROTOCOLS,
  blocks: BLOCKS,
});

export const policies: fc.Arbitrary<NetworkPolicy[]> = fc
  .array(fc.tuple(fc.constantFrom(...NAMESPACES), policySpec), { maxLength: 6 })
  .map((specs) => specs.map(([ns, spec], index) => policy(`${ns}/p${index}`, spec)));

const containerPorts = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...PORT_NAMES),
    protocol: fc.constantFrom(...PROTOCOLS),
    port: fc.constantFrom(...PORTS),
  }),
  { maxLength: 2, selector: ({ name, protocol }) => `${name} ${protocol}` },
);

const workloadWith = (pods: fc.Arbitrary<Workload['pods']>, hostNetwork: fc.Arbitrary<boolean>) =>
  fc.record({ ns: fc.constantFrom(...NAMESPACES), labels, ports: containerPorts, pods, hostNetwork });

function inventoryWith(
  pods: fc.Arbitrary<Workload['pods']>,
  hostNetwork: fc.Arbitrary<boolean>,
  isDefined: fc.Arbitrary<boolean>,
): fc.Arbitrary<Inventory> {
  return fc
    .record({
      workloads: fc.array(workloadWith(pods, hostNetwork), { minLength: 2, maxLength: 6 }),
      policies,
      env: fc.array(fc.constantFrom(...VALUES, undefined), { minLength: 3, maxLength: 3 }),
      defined: fc.array(isDefined, { minLength: 3, maxLength: 3 }),
    })
    .map(({ workloads, policies: found, env, defined }) =>
      inventory({
        namespaces: NAMESPACES.map((name, index) => {
          const value = env[index];
          const isKnown = defined[index] ?? true;
          return namespace(name, isKnown && value !== undefined ? { env: value } : {}, isKnown);
        }),
        workloads: workloads.map(({ ns, ...more }, index) => workload(`${ns}/w${index}`, more.labels, more)),
        policies: found,
      }),
    );
}

/** Nothing is left open: one pod each, with an IPv4 address, on nodes that are known. */
export const knownInventories: fc.Arbitrary<Inventory> = inventoryWith(
  fc.tuple(fc.constantFrom(...V4), fc.constantFrom('n1', 'n2')).map(([address, node]) => [pod(address, node)]),
  fc.boolean().map((flag) => flag),
  fc.constant(true),
);

/** Addresses, nodes and namespaces may be unknown, and workloads may have several pods. */
export const openInventories: fc.Arbitrary<Inventory> = inventoryWith(
  fc.array(
    fc
      .tuple(fc.option(fc.constantFrom(...V4, ...V6)), fc.option(fc.constantFrom('n1', 'n2')))
      .map(([address, node]) => pod(address === null ? [] : [address], node ?? undefined)),
    { maxLength: 2 },
  ),
  fc.boolean(),
  fc.boolean(),
);
