import { type LabelExpression, type LabelSelector, NAMESPACE_NAME } from '../../requirements/selector.ts';
import type { NamespacedPods, Since } from './admin-model.ts';
import type { Field } from './field.ts';
import { readSelector } from './labels.ts';
import { Unmodelled } from './unmodelled.ts';

const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';
/**
 * The label that Cilium gives every pod: the name of its service account, whatever the pod's own labels say. With its
 * source, so that it is no label of Kubernetes, and selectors of no other kind name it.
 * https://docs.cilium.io/en/stable/security/policy/kubernetes/#serviceaccounts
 */
export const SERVICE_ACCOUNT_LABEL = `k8s:${SERVICE_ACCOUNT}`;
const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
/** Of selectors of namespaces' labels that name no namespace: observed on 1.15, and told by the sources of 1.16 to 1.18. */
const OF_ALL_NAMESPACES: Since = {
  minor: 1016,
  why: 'it selects by labels of namespaces and names none, which Cilium before 1.16 takes for its own namespace alone (https://docs.cilium.io/en/stable/security/policy/kubernetes/#namespaces)',
};

export interface CiliumSelector extends NamespacedPods {
  /** The namespaces in which it selects besides, from a version of Cilium on. */
  readonly elsewhere?: { readonly namespaceSelector: LabelSelector; readonly since: Since };
}

/**
 * A selector of endpoints, split into what it says of namespaces and of pods. One that names no namespace selects in
 * `namespace`, and everywhere where that is empty; one of namespaces' labels selects in others, too, by the version.
 * https://docs.cilium.io/en/stable/network/kubernetes/policy/#namespaces
 * https://docs.cilium.io/en/stable/security/policy/kubernetes/#namespaces
 * @throws Unmodelled for labels that are no pod's or namespace's, or that Cilium may not see
 */
export function readCiliumSelector(field: Field, namespace: string): CiliumSelector {
  const { matchLabels, matchExpressions } = readSelector(stripSources(field));
  const all: readonly LabelExpression[] = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'In' as const, values: [value] })),
    ...matchExpressions,
  ];
  const ofNamespaces: LabelExpression[] = [];
  const ofPods: LabelExpression[] = [];
  for (const expression of all) {
    const key = namespaceKey(expression.key);
    if (key !== undefined) ofNamespaces.push({ ...expression, key });
    else ofPods.push(asSeen(expression));
  }
  const isNamed = all.some(({ key }) => key === NAMESPACE);
  const own = isNamed || namespace === '' ? {} : { [NAMESPACE_NAME]: namespace };
  const selector = { namespaceSelector: selectorOf(ofNamespaces, own), podSelector: selectorOf(ofPods, {}) };
  if (ofNamespaces.length === 0 || !Object.hasOwn(own, NAMESPACE_NAME)) return selector;
  return {
    ...selector,
    elsewhere: { namespaceSelector: selectorOf(ofNamespaces, {}), since: OF_ALL_NAMESPACES },
  };
}

/** Single values as labels: what people wrote is shown so. */
function selectorOf(expressions: readonly LabelExpression[], labels: Readonly<Record<string, string>>): LabelSelector {
  const matchLabels = { ...labels };
  const others: LabelExpression[] = [];
  for (const expression of expressions) {
    const [value, ...more] = expression.values;
    const isPlain = expression.operator === 'In' && more.length === 0 && !Object.hasOwn(matchLabels, expression.key);
    if (isPlain && value !== undefined) matchLabels[expression.key] = value;
    else others.push(expression);
  }
  return { matchLabels, matchExpressions: others };
}

function namespaceKey(key: string): string | undefined {
  if (key === NAMESPACE) return NAMESPACE_NAME;
  return key.startsWith(NAMESPACE_LABELS) ? key.slice(NAMESPACE_LABELS.length) : undefined;
}

/**
 * By default Cilium leaves some labels out of identities, and a policy never matches those.
 * https://docs.cilium.io/en/stable/operations/performance/scalability/identity-relevant-labels/
 * @throws Unmodelled for a label that it may leave out
 */
export function asSeen(expression: LabelExpression): LabelExpression {
  const { key } = expression;
  const isLeftOut =
    /^io\.(kubernetes|cilium)\b|k8s\.io|kubernetes\.io|^pod-template-|^controller-|^annotation|^etcd_node/;
  if (key === SERVICE_ACCOUNT) return { ...expression, key: SERVICE_ACCOUNT_LABEL };
  if (!isLeftOut.test(key) || key.startsWith('app.kubernetes.io/')) return expression;
  throw new Unmodelled(`it selects by ${key}, and whether Cilium sees that label is its setting`);
}

/** The same selector, whose keys lack Kubernetes as their source: `k8s:app`, `any:app`. */
function stripSources(field: Field): Field {
  const labels = field
    .get('matchLabels')
    .entries()
    .map(([key, value]) => [stripSource(key), value.value]);
  const expressions = field
    .get('matchExpressions')
    .items()
    .map((item) =>
      Object.fromEntries(
        item.entries().map(([key, value]) => [key, key === 'key' ? stripSource(value.text() ?? '') : value.value]),
      ),
    );
  const stripped = {
    ...(field.value as object | undefined),
    ...(labels.length > 0 && { matchLabels: Object.fromEntries(labels) as unknown }),
    ...(expressions.length > 0 && { matchExpressions: expressions }),
  };
  return new (field.constructor as typeof Field)(stripped, field.path, field.subject);
}

function stripSource(key: string): string {
  const [, source, name = key] = /^([a-z0-9-]+)[:.](?<=:)(.*)$/.exec(key) ?? [];
  if (source === undefined) return key;
  if (source === 'k8s' || source === 'any') return name;
  throw new Unmodelled(`it selects by ${key}, which is no label of Kubernetes`);
}
