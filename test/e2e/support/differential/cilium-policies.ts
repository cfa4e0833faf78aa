import fc from 'fast-check';
import type { SelectorSpec } from '../../../unit/harness/predict/fixtures.ts';
import { selectorSpecs, type PolicyWords } from '../../../unit/harness/predict/policy-arbitraries.ts';

type Spec = Readonly<Record<string, unknown>>;
const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
const ENV = 'k8s:io.cilium.k8s.namespace.labels.env';

/** Specs of CiliumNetworkPolicies of one namespace: allow and deny, endpoints, entities, CIDRs, ports. */
export function ciliumSpecs(words: PolicyWords): fc.Arbitrary<Spec> {
  return fc
    .tuple(selectorSpecs(words.keys, words.values), sections(words))
    .map(([endpointSelector, rules]) => ({ endpointSelector, ...rules }));
}

/** Likewise of the whole cluster; they select in the test's own namespaces, lest they shut out the cluster's DNS. */
export function clusterwideSpecs(words: PolicyWords): fc.Arbitrary<Spec> {
  const namespaces = fc.subarray([...words.namespaces], { minLength: 1 });
  return fc
    .tuple(selectorSpecs(words.keys, words.values), namespaces, sections(words))
    .map(([{ matchExpressions = [], ...selector }, values, rules]) => ({
      endpointSelector: {
        ...selector,
        matchExpressions: [...matchExpressions, { key: NAMESPACE, operator: 'In', values }],
      },
      ...rules,
    }));
}

/** At least one of the four lists; what is denied is rarer, lest nothing be left to allow. */
function sections(words: PolicyWords): fc.Arbitrary<Spec> {
  const allow = (direction: Direction) => fc.array(rules(words, direction, true), { minLength: 1, maxLength: 2 });
  const deny = (direction: Direction) => fc.array(rules(words, direction, false), { minLength: 1, maxLength: 1 });
  const ingress = allow('ingress');
  const egress = allow('egress');
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ ingress }) },
    { weight: 3, arbitrary: fc.record({ egress }) },
    { weight: 2, arbitrary: fc.record({ ingress, egress }) },
    { weight: 2, arbitrary: fc.record({ ingress, ingressDeny: deny('ingress') }) },
    { weight: 2, arbitrary: fc.record({ egress, egressDeny: deny('egress') }) },
    { weight: 1, arbitrary: fc.record({ ingressDeny: deny('ingress') }) },
    { weight: 1, arbitrary: fc.record({ egressDeny: deny('egress') }) },
  );
}

type Direction = 'ingress' | 'egress';

/** One kind of peers in each rule: Cilium refuses two. The rule that names nothing, `{}`, is one of what is allowed. */
function rules(words: PolicyWords, direction: Direction, mayBeEmpty: boolean): fc.Arbitrary<Spec> {
  const way = direction === 'ingress' ? 'from' : 'to';
  const peers = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .array(endpoints(words), { minLength: 1, maxLength: 2 })
        .map((list) => ({ [`${way}Endpoints`]: list })),
    },
    {
      weight: 2,
      arbitrary: fc.subarray(ENTITIES, { minLength: 1, maxLength: 2 }).map((list) => ({ [`${way}Entities`]: list })),
    },
    { weight: 1, arbitrary: fc.constantFrom(...words.blocks).map(({ cidr }) => ({ [`${way}CIDR`]: [cidr] })) },
    { weight: 2, arbitrary: fc.constantFrom(...words.blocks).map((block) => ({ [`${way}CIDRSet`]: [block] })) },
  );
  const toPorts = fc.array(ports(words, direction), { minLength: 1, maxLength: 2 }).map((list) => [{ ports: list }]);
  return fc.oneof(
    { weight: 4, arbitrary: peers },
    { weight: 4, arbitrary: fc.tuple(peers, toPorts).map(([whom, list]) => ({ ...whom, toPorts: list })) },
    { weight: 1, arbitrary: toPorts.map((list) => ({ toPorts: list })) },
    ...(mayBeEmpty ? [{ weight: 1, arbitrary: fc.constant({}) }] : []),
  );
}

const ENTITIES = ['all', 'world', 'cluster', 'host', 'remote-node', 'kube-apiserver'];

/** Labels alone, or with namespaces by name, by their labels, or by what they are not. */
function endpoints({ keys, values, namespaces }: PolicyWords): fc.Arbitrary<SelectorSpec> {
  const name = fc.constantFrom(...namespaces);
  const ofNamespaces: fc.Arbitrary<SelectorSpec> = fc.oneof(
    { weight: 4, arbitrary: fc.constant<SelectorSpec>({}) },
    { weight: 4, arbitrary: name.map((value) => ({ matchLabels: { [NAMESPACE]: value } })) },
    { weight: 2, arbitrary: fc.constantFrom(...values).map((value) => ({ matchLabels: { [ENV]: value } })) },
    { weight: 1, arbitrary: name.map((value) => ({ matchExpressions: [excluded(NAMESPACE, value)] })) },
    { weight: 1, arbitrary: fc.constantFrom(...values).map((value) => ({ matchExpressions: [excluded(ENV, value)] })) },
  );
  return fc.tuple(selectorSpecs(keys, values), ofNamespaces).map(([pods, more]) => ({
    matchLabels: { ...pods.matchLabels, ...more.matchLabels },
    matchExpressions: [...(pods.matchExpressions ?? []), ...(more.matchExpressions ?? [])],
  }));
}

function excluded(key: string, value: string) {
  return { key, operator: 'NotIn', values: [value] };
}

function ports({ ports: numbers, portNames }: PolicyWords, direction: Direction): fc.Arbitrary<Spec> {
  const protocol = fc.constantFrom('TCP', 'UDP', 'ANY', 'SCTP');
  const number = fc.constantFrom('0', ...numbers.map(String));
  const numbered = fc.record({ port: number, protocol });
  const bare = fc.record({ port: number });
  // What a name means towards others is not modelled.
  const named = fc.record({ port: fc.constantFrom(...portNames), protocol: fc.constantFrom('TCP', 'UDP') });
  return direction === 'egress' ? fc.oneof(numbered, bare) : fc.oneof(numbered, bare, named);
}
