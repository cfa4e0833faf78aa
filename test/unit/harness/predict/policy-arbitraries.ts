import fc from 'fast-check';
import type { Protocol } from '../../../../src/requirements/model.ts';
import type { PeerSpec, PolicySpec, PortSpec, SelectorSpec } from './fixtures.ts';

/** What random policies may speak of: few words, so that selectors meet labels, blocks meet addresses, ranges touch. */
export interface PolicyWords {
  readonly namespaces: readonly string[];
  /** Of pods' labels. */
  readonly keys: readonly string[];
  /** Of pods' labels and of the namespaces' label `env`. */
  readonly values: readonly string[];
  readonly portNames: readonly string[];
  readonly ports: readonly number[];
  readonly protocols: readonly Protocol[];
  readonly blocks: readonly NonNullable<PeerSpec['ipBlock']>[];
}

function expressions(keys: readonly string[], values: readonly string[]) {
  return fc.oneof(
    fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
    fc.record({
      key: fc.constantFrom(...keys),
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.subarray([...values], { minLength: 1 }),
    }),
  );
}

/** Selectors of every operator, the empty one too. */
export function selectorSpecs(keys: readonly string[], values: readonly string[]): fc.Arbitrary<SelectorSpec> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    {
      weight: 3,
      arbitrary: fc.record({
        matchLabels: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys: 1 }),
        matchExpressions: fc.array(expressions(keys, values), { maxLength: 1 }),
      }),
    },
  );
}

function peers({ namespaces, keys, values, blocks }: PolicyWords): fc.Arbitrary<PeerSpec> {
  const namespaceSelector: fc.Arbitrary<SelectorSpec> = fc.oneof(
    { weight: 3, arbitrary: selectorSpecs(['env'], values) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...namespaces)
        .map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
    },
  );
  const podSelector = selectorSpecs(keys, values);
  return fc.oneof(
    fc.record({ podSelector }),
    fc.record({ namespaceSelector }),
    fc.record({ podSelector, namespaceSelector }),
    fc.constantFrom(...blocks).map((ipBlock) => ({ ipBlock })),
  );
}

/** A protocol alone, one port, or a range. */
export function numberedPorts({ protocols, ports }: PolicyWords): fc.Arbitrary<PortSpec> {
  const protocol = fc.constantFrom(...protocols);
  const port = fc.constantFrom(...ports);
  return fc.oneof(
    fc.record({ protocol }),
    fc.record({ protocol, port }),
    fc
      .tuple(protocol, port, port)
      .map(([of, a, b]) => ({ protocol: of, port: Math.min(a, b), endPort: Math.max(a, b) })),
  );
}

/** Named ports and blocks do not stand in one egress rule: what that means is not settled (see the facts). */
function ruleParts(words: PolicyWords) {
  const named = fc.record({
    protocol: fc.constantFrom(...words.protocols),
    port: fc.constantFrom(...words.portNames),
  });
  return fc
    .record({
      peers: fc.array(peers(words), { maxLength: 3 }),
      numbered: fc.array(numberedPorts(words), { maxLength: 2 }),
      named: fc.array(named, { maxLength: 1 }),
    })
    .map((rule) => ({
      peers: rule.peers,
      ports: rule.peers.some(({ ipBlock }) => ipBlock) ? rule.numbered : [...rule.numbered, ...rule.named],
    }));
}

/** Specs of NetworkPolicies, field by field as the API has them. */
export function policySpecs(words: PolicyWords): fc.Arbitrary<PolicySpec> {
  const rule = ruleParts(words);
  return fc.record({
    podSelector: selectorSpecs(words.keys, words.values),
    policyTypes: fc.constantFrom(['Ingress'] as const, ['Egress'] as const, ['Ingress', 'Egress'] as const),
    ingress: fc.array(
      rule.map(({ peers: from, ports }) => ({ from, ports })),
      { maxLength: 2 },
    ),
    egress: fc.array(
      rule.map(({ peers: to, ports }) => ({ to, ports })),
      { maxLength: 2 },
    ),
  });
}
