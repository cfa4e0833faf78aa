import type { LabelExpression, LabelSelector } from '../../requirements/selector.ts';
import type { NamespacedPods } from './admin-model.ts';
import type { Field } from './field.ts';
import { readSelector } from './labels.ts';
import { Unmodelled } from './unmodelled.ts';

const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * A selector of endpoints, split into what it says of namespaces and of pods. One that names no namespace selects in
 * `namespace`, whatever it says of namespaces' labels, and everywhere where that is empty.
 * https://docs.cilium.io/en/stable/network/kubernetes/policy/#namespaces
 * https://docs.cilium.io/en/stable/security/policy/kubernetes/#namespaces
 * @throws Unmodelled for labels that are no pod's or namespace's, or that Cilium may not see
 */
export function readCiliumSelector(field: Field, namespace: string): NamespacedPods {
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
    else ofPods.push(checkSeen(expression));
  }
  const isNamed = all.some(({ key }) => key === NAMESPACE);
  const own = isNamed || namespace === '' ? {} : { [NAME_LABEL]: namespace };
  return { namespaceSelector: selectorOf(ofNamespaces, own), podSelector: selectorOf(ofPods, {}) };
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
  if (key === NAMESPACE) return NAME_LABEL;
  return key.startsWith(NAMESPACE_LABELS) ? key.slice(NAMESPACE_LABELS.length) : undefined;
}

/**
 * By default Cilium leaves some labels out of identities, and a policy never matches those.
 * https://docs.cilium.io/en/stable/operations/performance/scalability/identity-relevant-labels/
 */
function checkSeen(expression: LabelExpression): LabelExpression {
  const { key } = expression;
  const isLeftOut =
    /^io\.(kubernetes|cilium)\b|k8s\.io|kubernetes\.io|^pod-template-|^controller-|^annotation|^etcd_node/;
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
