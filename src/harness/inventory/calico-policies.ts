import type { Direction } from '../../requirements/model.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { AdminPolicy, CalicoTier, Endpoints } from './admin-model.ts';
import { allOf, inNamespace, namespacesOf, readExpression, serviceAccountsOf } from './calico-ends.ts';
import { readCalicoRule } from './calico-rules.ts';
import { type HostEndpoints, isOfHostsAlone, OF_HOSTS } from './calico-hosts.ts';
import { EVERY_ENDPOINT } from './expression.ts';
import type { Field } from './field.ts';
import type { KubeObject } from './objects.ts';
import { Unmodelled } from './unmodelled.ts';

const TYPES: Readonly<Record<string, Direction>> = { Ingress: 'ingress', Egress: 'egress' };
const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
const KEYS = ['tier', 'order', 'selector', 'serviceAccountSelector', 'types', ...DIRECTIONS, 'performanceHints'];
const DEFAULT_TIER = 'default';

/**
 * A NetworkPolicy or GlobalNetworkPolicy of Calico; undefined for one that is never a pod's.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy
 * https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy
 * @throws Unmodelled for what is not modelled: such a policy is not taken at all
 */
export function readCalicoPolicy(
  { kind, apiVersion, namespace, name, root, position }: KubeObject,
  tiers: ReadonlyMap<string, CalicoTier>,
  hosts: HostEndpoints,
): AdminPolicy | undefined {
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const spec = root.get('spec');
  spec.allowOnly(namespace === '' ? [...KEYS, 'namespaceSelector', ...OF_HOSTS] : KEYS);
  const subject = readSubject(spec, namespace);
  const rules = (direction: Direction) =>
    spec
      .get(direction)
      .items()
      .flatMap((rule, index) => readCalicoRule(rule, index, direction, namespace));
  const [ingress, egress] = [rules('ingress'), rules('egress')];
  if (isOfHostsAlone(spec, subject, hosts, !isOwn(apiVersion))) return undefined;
  return {
    kind: kind === 'NetworkPolicy' ? 'NetworkPolicy.projectcalico.org' : 'GlobalNetworkPolicy',
    id: namespace === '' ? name : `${namespace}/${name}`,
    tier: tierOf(spec.get('tier'), tiers),
    priority: readOrder(spec.get('order')),
    ...(spec.get('order').present && { priorityPosition: spec.get('order').position }),
    subject,
    directions: readTypes(spec, apiVersion),
    ingress,
    egress,
    position,
    raw: root.value,
  };
}

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors */
function readSubject(spec: Field, namespace: string): Endpoints {
  const serviceAccounts = readExpression(spec.get('serviceAccountSelector'));
  const namespaces = readExpression(spec.get('namespaceSelector'));
  const endpoints = allOf(
    namespace === '' ? undefined : inNamespace(namespace),
    namespaces && namespacesOf(namespaces),
    serviceAccounts && serviceAccountsOf(serviceAccounts),
    readExpression(spec.get('selector')),
  );
  return { endpoints: endpoints ?? EVERY_ENDPOINT, ...(namespace !== '' && { namespace }) };
}

/** Lower first; without an order last. https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#spec */
export function readOrder(field: Field): number {
  const { value } = field;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value !== undefined) field.problem('must be a number');
  return Infinity;
}

function tierOf(field: Field, tiers: ReadonlyMap<string, CalicoTier>): CalicoTier {
  const name = field.text() ?? '';
  const tier = tiers.get(name === '' ? DEFAULT_TIER : name);
  if (tier !== undefined) return tier;
  throw new Unmodelled(`its tier ${name} is not in the input, so when it is tried is not known`);
}

/** Without types: those of its rules, and ingress where there are none. */
function readTypes(spec: Field, apiVersion: string): readonly Direction[] {
  const field = spec.get('types');
  const types = field.items();
  if (types.length > 0) return DIRECTIONS.filter((direction) => types.map(readType).includes(direction));
  // The API of Calico fills them in, its own resources do not.
  if (isOwn(apiVersion)) throw new Unmodelled('it has no types, which the API of Calico would have given it');
  const [ingress, egress] = DIRECTIONS.map((direction) => spec.get(direction).items().length > 0);
  return DIRECTIONS.filter((direction) => (direction === 'ingress' ? ingress === true || egress !== true : egress));
}

/** Whether it is a resource as Calico keeps it, which nobody checks. */
function isOwn(apiVersion: string): boolean {
  return apiVersion.startsWith('crd.');
}

function readType(field: Field): Direction | undefined {
  const text = field.text() ?? '';
  if (Object.hasOwn(TYPES, text)) return TYPES[text];
  field.problem(`must be Ingress or Egress, not ${JSON.stringify(text)}`, {
    hint: didYouMean(text, Object.keys(TYPES)),
  });
  return undefined;
}
