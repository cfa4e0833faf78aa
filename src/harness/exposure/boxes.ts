import type { LabelExpression, LabelSelector } from '../../requirements/selector.ts';

/** A value that no selector names; and none at all. No label value looks like them. */
export const OTHER = '(other)';
export const ABSENT = '(absent)';

/** Some of the values that a label may have. */
type Values = ReadonlySet<string>;

/** Every value that selectors name of each label, and what stands for all others. Labels of pods, or of namespaces. */
export type Domain = ReadonlyMap<string, Values>;

/** Objects by their labels: a label that is not here may have any value. What a selector selects is a box. */
export type Box = ReadonlyMap<string, Values>;

export const EVERYTHING: Box = new Map();

/** The labels that selectors speak of. Those of `always` are never absent. */
export function domainOf(selectors: readonly LabelSelector[], always: readonly string[] = []): Domain {
  const found = new Map<string, Set<string>>();
  const learn = (key: string, values: readonly string[]): void => {
    const known = found.get(key) ?? new Set(always.includes(key) ? [OTHER] : [OTHER, ABSENT]);
    for (const value of values) known.add(value);
    found.set(key, known);
  };
  for (const { matchLabels, matchExpressions } of selectors) {
    for (const [key, value] of Object.entries(matchLabels)) learn(key, [value]);
    for (const { key, values } of matchExpressions) learn(key, values);
  }
  return found;
}

/** What a selector selects; undefined where it contradicts itself. */
export function boxOf({ matchLabels, matchExpressions }: LabelSelector, domain: Domain): Box | undefined {
  const parts: Box[] = [
    ...Object.entries(matchLabels).map(([key, value]) => new Map([[key, new Set([value])]])),
    ...matchExpressions.map((one) => new Map([[one.key, valuesOf(one, domain.get(one.key) ?? new Set())]])),
  ];
  return parts.reduce<Box | undefined>((box, part) => box && intersect(box, part), EVERYTHING);
}

function valuesOf({ operator, values }: LabelExpression, all: Values): Values {
  switch (operator) {
    case 'In':
      return new Set(values);
    case 'NotIn':
      return all.difference(new Set(values));
    case 'Exists':
      return all.difference(new Set([ABSENT]));
    case 'DoesNotExist':
      return all.intersection(new Set([ABSENT]));
  }
}

export function intersect(a: Box, b: Box): Box | undefined {
  const result = new Map(a);
  for (const [key, values] of b) {
    const common = result.get(key)?.intersection(values) ?? values;
    if (common.size === 0) return undefined;
    result.set(key, common);
  }
  return result;
}

/** What is in `a` and not in `b`, as boxes that share nothing. */
export function subtract(a: Box, b: Box, domain: Domain): readonly Box[] {
  const pieces: Box[] = [];
  let inside = a;
  for (const [key, values] of b) {
    const own = inside.get(key) ?? domain.get(key) ?? new Set<string>();
    const left = own.difference(values);
    if (left.size > 0) pieces.push(new Map(inside).set(key, left));
    const common = own.intersection(values);
    if (common.size === 0) return [a];
    inside = new Map(inside).set(key, common);
  }
  return pieces;
}

/** One box for two, where they differ in the values of one label alone. */
export function join(a: Box, b: Box, domain: Domain): Box | undefined {
  const keys = [...new Set([...a.keys(), ...b.keys()])];
  const valuesIn = (box: Box, key: string): Values => box.get(key) ?? domain.get(key) ?? new Set();
  const differing = keys.filter((key) => valuesIn(a, key).symmetricDifference(valuesIn(b, key)).size > 0);
  const [key] = differing;
  if (key === undefined) return a;
  if (differing.length > 1) return undefined;
  const sum = valuesIn(a, key).union(valuesIn(b, key));
  const joined = new Map(a);
  if (sum.size === domain.get(key)?.size) joined.delete(key);
  else joined.set(key, sum);
  return joined;
}

/** Labels of one object of the box, with the fewest labels. */
export function memberOf(box: Box, domain: Domain): Readonly<Record<string, string>> {
  const labels: [string, string][] = [];
  for (const [key, all] of domain) {
    const values = box.get(key) ?? all;
    const chosen = [ABSENT, OTHER].find((special) => values.has(special)) ?? [...values][0];
    if (chosen !== undefined && chosen !== ABSENT) labels.push([key, chosen]);
  }
  return Object.fromEntries(labels);
}

/** The selectors that together select the box, each as `kubectl -l` takes it. A box is hardly ever more than one. */
export function selectorsOf(box: Box, domain: Domain): readonly LabelSelector[] {
  let found: readonly LabelSelector[] = [{ matchLabels: {}, matchExpressions: [] }];
  for (const [key, values] of [...box].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const choices = conditionsOf(key, values, domain.get(key) ?? new Set());
    found = found.flatMap(({ matchLabels, matchExpressions }) =>
      choices.map((choice) => ({
        matchLabels: { ...matchLabels, ...choice.matchLabels },
        matchExpressions: [...matchExpressions, ...choice.matchExpressions],
      })),
    );
  }
  return found;
}

function conditionsOf(key: string, values: Values, all: Values): readonly LabelSelector[] {
  const named = [...values].filter((value) => value !== OTHER && value !== ABSENT).sort();
  const missing = [...all.difference(values)].filter((value) => value !== ABSENT).sort();
  const notIn = missing.length === 0 ? [] : [{ key, operator: 'NotIn' as const, values: missing }];
  const mayLack = values.has(ABSENT) || !all.has(ABSENT);
  if (values.has(OTHER)) {
    const exists = mayLack ? [] : [{ key, operator: 'Exists' as const, values: [] }];
    return [{ matchLabels: {}, matchExpressions: [...exists, ...notIn] }];
  }
  const [first] = named;
  const isOne = named.length === 1 && first !== undefined;
  return [
    ...(values.has(ABSENT)
      ? [{ matchLabels: {}, matchExpressions: [{ key, operator: 'DoesNotExist' as const, values: [] }] }]
      : []),
    ...(isOne ? [{ matchLabels: { [key]: first }, matchExpressions: [] }] : []),
    ...(named.length > 1
      ? [{ matchLabels: {}, matchExpressions: [{ key, operator: 'In' as const, values: named }] }]
      : []),
  ];
}
