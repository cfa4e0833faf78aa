import fc from 'fast-check';
import type { Inventory, Service, Workload } from '../../../../src/harness/inventory/model.ts';
import { inventory, namespace, pod, service, workload } from '../predict/fixtures.ts';

// One seed, so that a test run says the same twice; MAYREACH_FUZZ_SEED explores others.
fc.configureGlobal({ seed: Number(process.env['MAYREACH_FUZZ_SEED'] ?? 20261123) });

/** Few namespaces, keys and values, so that labels overlap and one workload's are often all of another's and more. */
const NAMESPACES = ['a', 'b', 'c'] as const;
const KINDS = ['Deployment', 'StatefulSet', 'Pod'] as const;

/** Ports at and beside every edge that a case below can have. */
export const POINTS = [
  ...[1, 53, 79, 80, 81, 443, 8000, 8040, 8080, 65535].map((port) => ({ protocol: 'TCP', port }) as const),
  ...[1, 53, 80, 9000].map((port) => ({ protocol: 'UDP', port }) as const),
  { protocol: 'SCTP', port: 80 } as const,
];

/** One of each part into which the blocks below cut all addresses. */
export const ADDRESSES = ['203.0.113.7', '203.0.113.200', '198.51.100.5', '8.8.8.8', '2001:db8::1', '2606::1'];
export const BLOCKS = ['203.0.113.0/24', '203.0.113.128/25', '198.51.100.5/32', '2001:db8::/32'];
export const PORTS = ['80', '443/tcp', '8000-8080', '53/udp', '80/sctp', 'any'];

export type EndpointSpec =
  | { readonly kind: 'workload'; readonly index: number }
  | { readonly kind: 'like'; readonly index: number }
  | { readonly kind: 'namespace'; readonly index: number }
  | { readonly kind: 'service'; readonly index: number }
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'outsider' }
  | { readonly kind: 'anyone' };

export interface CaseSpec {
  readonly expect: 'mayReach' | 'mayNotReach';
  readonly from: EndpointSpec;
  readonly to: EndpointSpec;
  readonly on: readonly string[];
}

export interface WorldSpec {
  readonly inventory: Inventory;
  readonly cases: readonly CaseSpec[];
  readonly otherwise: boolean;
}

const labels = fc.record(
  {
    app: fc.constantFrom('x', 'y', 'z'),
    tier: fc.constantFrom('x', 'y'),
    'pod-template-hash': fc.constantFrom('1', '2'),
  },
  { requiredKeys: [] },
);

const workloads = fc
  .uniqueArray(
    fc.record({
      ns: fc.constantFrom(...NAMESPACES),
      labels,
      kind: fc.constantFrom(...KINDS),
      address: fc.option(fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1')),
    }),
    {
      minLength: 2,
      maxLength: 6,
      // Labels that last tell them apart; those of a rollout do not count.
      selector: ({ ns, labels: { app = '', tier = '' } }) => `${ns} ${app} ${tier}`,
    },
  )
  .map((specs) =>
    specs.map(({ ns, labels: own, kind, address }, index) =>
      workload(`${ns}/w${index}`, own as Record<string, string>, {
        kind,
        pods: address === null ? [] : [pod(address)],
      }),
    ),
  );

const services = (all: readonly Workload[]): fc.Arbitrary<readonly Service[]> =>
  fc
    .array(
      fc.record({ index: fc.nat({ max: all.length - 1 }), headless: fc.boolean(), target: fc.constantFrom(80, 8040) }),
      { maxLength: 2 },
    )
    .map((specs) =>
      specs.flatMap(({ index, headless, target }, number) => {
        const behind = all[index];
        if (behind === undefined || Object.keys(behind.labels).length === 0) return [];
        return [
          service(`${behind.namespace}/s${number}`, {
            headless,
            selector: behind.labels,
            ports: [{ protocol: 'TCP', port: 443, targetPort: target }],
          }),
        ];
      }),
    );

function endpoints(all: readonly Workload[], known: readonly Service[], as: 'from' | 'to'): fc.Arbitrary<EndpointSpec> {
  const index = fc.nat({ max: all.length - 1 });
  const common: fc.WeightedArbitrary<EndpointSpec>[] = [
    { weight: 6, arbitrary: index.map((i) => ({ kind: 'workload', index: i })) },
    { weight: 2, arbitrary: index.map((i) => ({ kind: 'like', index: i })) },
    { weight: 1, arbitrary: index.map((i) => ({ kind: 'namespace', index: i })) },
    { weight: 2, arbitrary: fc.constantFrom(...BLOCKS).map((cidr) => ({ kind: 'cidr', cidr })) },
    { weight: 2, arbitrary: fc.constant({ kind: 'outsider' }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'anyone' }) },
  ];
  if (as === 'to' && known.length > 0) {
    const one = fc.nat({ max: known.length - 1 }).map((i) => ({ kind: 'service', index: i }) as const);
    common.push({ weight: 4, arbitrary: one });
  }
  return fc.oneof(...common);
}

/** Of cases that can be met at all: an end is a workload, and nobody is asked to stop an outsider's own connections. */
function isReasonable({ expect, from, to, on }: CaseSpec): boolean {
  const isOutside = ({ kind }: EndpointSpec): boolean => kind === 'cidr' || kind === 'outsider';
  if (isOutside(from) && isOutside(to)) return false;
  const kinds = [from.kind, to.kind];
  if (kinds.includes('anyone') && kinds.includes('cidr') && expect === 'mayNotReach') return false;
  return expect === 'mayNotReach' || on.length > 0 || to.kind === 'service';
}

/** A small inventory and cases about it, contradictory ones among them. */
export const worlds: fc.Arbitrary<WorldSpec> = workloads.chain((all) =>
  services(all).chain((known) =>
    fc.record({
      inventory: fc.constant(
        inventory({ namespaces: NAMESPACES.map((name) => namespace(name)), workloads: all, services: known }),
      ),
      cases: fc.array(
        fc
          .record({
            // Mostly wishes: two random cases that forbid and allow contradict each other too often else.
            expect: fc.constantFrom('mayReach', 'mayReach', 'mayReach', 'mayNotReach'),
            from: endpoints(all, known, 'from'),
            to: endpoints(all, known, 'to'),
            on: fc.uniqueArray(fc.constantFrom(...PORTS), { maxLength: 2 }),
          })
          .map((one): CaseSpec => (one.to.kind === 'service' ? { ...one, on: [] } : one))
          .filter(isReasonable),
        { minLength: 1, maxLength: 5 },
      ),
      otherwise: fc.boolean(),
    }),
  ),
);

/** The cases as a requirement file. */
export function requirementText(world: WorldSpec): string {
  const { cases, otherwise } = world;
  return JSON.stringify({
    requirements: 'world',
    ...(otherwise && { otherwise: 'mayNotReach' }),
    cases: cases.map(({ expect, from, to, on }, index) => ({
      id: `C-${index + 1}`,
      from: spell(from, world),
      [expect]: spell(to, world),
      ...(on.length > 0 && { on }),
    })),
  });
}

function spell(endpoint: EndpointSpec, { inventory: { workloads: all, services: known } }: WorldSpec): unknown {
  if (endpoint.kind === 'service') return { service: known[endpoint.index]?.id };
  if (endpoint.kind === 'cidr') return { cidr: endpoint.cidr };
  if (endpoint.kind === 'outsider' || endpoint.kind === 'anyone') return endpoint.kind;
  const one = all[endpoint.index];
  if (one === undefined) throw new TypeError('an endpoint names a workload that is there');
  if (endpoint.kind === 'workload') return `${one.namespace}/${one.name}`;
  return endpoint.kind === 'namespace' ? { namespace: one.namespace } : { namespace: one.namespace, pods: one.labels };
}
