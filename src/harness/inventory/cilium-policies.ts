import { NAMESPACE_NAME } from '../../requirements/selector.ts';
import type { Direction } from '../../requirements/model.ts';
import type { AdminKind, AdminPeer, AdminPolicy, AdminRule, NamespacedPods } from './admin-model.ts';
import { readCiliumPorts } from './cilium-ports.ts';
import { readCiliumPeers, type CiliumReferences, type CiliumSurroundings } from './cilium-peers.ts';
import { readCiliumSelector } from './cilium-selectors.ts';
import { sinceOfObject, sinceOfSpec } from './cilium-versions.ts';
import type { Field } from './field.ts';
import type { KubeObject } from './objects.ts';
import { Unmodelled } from './unmodelled.ts';

const SECTIONS = ['ingress', 'egress', 'ingressDeny', 'egressDeny'] as const;
/** Right, and more than is modelled. */
const UNMODELLED = ['nodeSelector', 'log'];
const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy as policies of tiers: what it denies, which wins over
 * everything; what it allows; and the default deny of each direction that has rules, which counts where no
 * NetworkPolicy allows. https://docs.cilium.io/en/stable/security/policy/deny/ and
 * https://docs.cilium.io/en/stable/security/policy/intro/
 * @throws Unmodelled for what these words cannot say: such a policy is not taken at all
 */
export function readCiliumPolicy(object: KubeObject, references: CiliumReferences): readonly AdminPolicy[] {
  const { kind, namespace, name, root, position, apiVersion } = object;
  if (apiVersion !== 'cilium.io/v2') {
    root.get('apiVersion').problem(`${JSON.stringify(apiVersion)} has no kind ${kind}`, {
      hint: 'Write apiVersion: cilium.io/v2.',
    });
  }
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'specs', 'status']);
  const specs = [root.get('spec'), ...root.get('specs').items()].filter(({ present }) => present);
  if (specs.length === 0) root.problem('must have a spec or specs');
  const id = namespace === '' ? name : `${namespace}/${name}`;
  const identity = { kind: kind as AdminKind, id, position, raw: root.value };
  const since = sinceOfObject(specs);
  return specs.flatMap((spec) => {
    const needed = sinceOfSpec(spec, since);
    return readSpec(spec, namespace, references).map((part) => ({
      ...identity,
      ...(needed !== undefined && { since: needed }),
      ...part,
    }));
  });
}

type Part = Omit<AdminPolicy, 'kind' | 'id' | 'position' | 'raw' | 'since'>;

function readSpec(spec: Field, namespace: string, references: CiliumReferences): readonly Part[] {
  const known = ['endpointSelector', ...SECTIONS, 'description', 'labels', 'enableDefaultDeny'];
  spec.allowOnly([...known, ...UNMODELLED]);
  if (spec.get('endpointSelector').present === spec.get('nodeSelector').present) {
    spec.problem('must have an endpointSelector or a nodeSelector');
  }
  if (namespace !== '' && spec.get('nodeSelector').present) {
    spec.get('nodeSelector').problem('must stand in a CiliumClusterwideNetworkPolicy');
  }
  for (const [key, member] of spec.entries()) {
    if (UNMODELLED.includes(key) && member.present) throw new Unmodelled(`it has ${key}, which is not modelled`);
  }
  const subject = readSubject(spec.get('endpointSelector'), namespace);
  const rules = (section: (typeof SECTIONS)[number]): readonly AdminRule[] => {
    const direction: Direction = section.startsWith('ingress') ? 'ingress' : 'egress';
    const surroundings = { namespace, references, action: section.endsWith('Deny') ? 'deny' : 'accept' } as const;
    return spec
      .get(section)
      .items()
      .flatMap((rule, index) => readRule(rule, index, direction, surroundings));
  };
  return [
    { tier: 'admin', priority: 0, subject, ingress: rules('ingressDeny'), egress: rules('egressDeny') },
    { tier: 'admin', priority: 1, subject, ingress: rules('ingress'), egress: rules('egress') },
    { tier: 'baseline', priority: 0, subject, ...readDefaultDeny(spec) },
  ];
}

/** A policy of a namespace selects in its own, whatever else it says. */
function readSubject(field: Field, namespace: string): NamespacedPods {
  const { namespaceSelector, podSelector } = readCiliumSelector(field, namespace);
  const own = namespaceSelector.matchLabels[NAMESPACE_NAME] === namespace;
  const { matchLabels, matchExpressions } = namespaceSelector;
  if (namespace !== '' && (!own || Object.keys(matchLabels).length > 1 || matchExpressions.length > 0)) {
    throw new Unmodelled('its endpointSelector speaks of namespaces, though it selects in its own');
  }
  return { namespaceSelector, podSelector };
}

/**
 * A direction with rules is denied by default, unless `enableDefaultDeny` is false for it: then nobody is isolated
 * whom no other policy isolates. https://docs.cilium.io/en/stable/security/policy/intro/#rule-basics
 */
function readDefaultDeny(spec: Field): Pick<AdminPolicy, 'ingress' | 'egress' | 'isolates'> {
  const deny = (direction: Direction): readonly AdminRule[] => {
    const wanted = spec.at('enableDefaultDeny', direction).flag();
    const holder = [spec.get(direction), spec.get(`${direction}Deny`)].find((field) => field.items().length > 0);
    if (wanted === true && holder === undefined)
      throw new Unmodelled(`it has a default deny without rules of ${direction}`);
    if (wanted === false || holder === undefined) return [];
    const { position } = holder;
    return [{ index: 0, action: 'deny', peers: [{ kind: 'everyone', position }], position }];
  };
  const [ingress, egress] = DIRECTIONS.map(deny);
  return { ingress: ingress ?? [], egress: egress ?? [], isolates: true };
}

/** A rule that takes nothing (`{}` means the default deny alone) is none. */
function readRule(
  rule: Field,
  index: number,
  direction: Direction,
  surroundings: CiliumSurroundings,
): readonly AdminRule[] {
  const peers = readCiliumPeers(rule, direction, surroundings);
  const { ports, doubt } = readCiliumPorts(rule, direction);
  const auth = rule.get('authentication').present ? 'it wants authentication' : undefined;
  const { action } = surroundings;
  const isEmpty = peers === undefined && ports === undefined;
  if (isEmpty && action === 'deny') throw new Unmodelled('it has a deny rule that names nothing');
  if (isEmpty) return [];
  const { position } = rule;
  const everyone: AdminPeer = { kind: 'everyone', position };
  const why = auth ?? doubt;
  return [
    {
      index,
      action,
      peers: peers ?? [everyone],
      ...(ports === undefined ? {} : { ports }),
      ...(why === undefined ? {} : { doubt: why }),
      position,
    },
  ];
}
