/**
 * A condition on the labels of an endpoint, as selectors of Calico are.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 */
export type Expression =
  | { readonly is: 'all' }
  | { readonly is: 'has'; readonly key: string }
  | { readonly is: 'in'; readonly key: string; readonly values: readonly string[] }
  | { readonly is: 'contains' | 'starts with' | 'ends with'; readonly key: string; readonly value: string }
  | { readonly is: 'not'; readonly of: Expression }
  | { readonly is: 'and' | 'or'; readonly of: readonly Expression[] };

export type Truth = 'yes' | 'no' | 'perhaps';

/** The value of a label: absent (undefined), or not known. */
export type Lookup = (key: string) => { readonly value: string | undefined } | 'unknown';

export const EVERY_ENDPOINT: Expression = { is: 'all' };

type Atom = Extract<Expression, { readonly key: string }>;

/** Whether the condition holds, whatever the labels are that are not known. */
export function evaluate(expression: Expression, lookup: Lookup): Truth {
  if (isAtom(expression)) {
    const found = lookup(expression.key);
    if (found === 'unknown') return 'perhaps';
    return found.value !== undefined && holds(expression, found.value) ? 'yes' : 'no';
  }
  switch (expression.is) {
    case 'all':
      return 'yes';
    case 'not':
      return negate(evaluate(expression.of, lookup));
    case 'and':
      return both(expression.of.map((part) => evaluate(part, lookup)));
    case 'or':
      return negate(both(expression.of.map((part) => negate(evaluate(part, lookup)))));
  }
}

function isAtom(expression: Expression): expression is Atom {
  return 'key' in expression;
}

export function negate(truth: Truth): Truth {
  if (truth === 'perhaps') return 'perhaps';
  return truth === 'yes' ? 'no' : 'yes';
}

/** All of them. */
export function both(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('perhaps') ? 'perhaps' : 'yes';
}

function holds(atom: Atom, value: string): boolean {
  switch (atom.is) {
    case 'has':
      return true;
    case 'in':
      return atom.values.includes(value);
    case 'contains':
      return value.includes(atom.value);
    case 'starts with':
      return value.startsWith(atom.value);
    case 'ends with':
      return value.endsWith(atom.value);
  }
}

/** The conditions on single labels that it is made of. */
export function atomsOf(expression: Expression): readonly Atom[] {
  if (isAtom(expression)) return [expression];
  if (expression.is === 'all') return [];
  return expression.is === 'not' ? atomsOf(expression.of) : expression.of.flatMap(atomsOf);
}

/** The same condition on labels of other names, with another condition in place of each `all()`. */
export function translate(
  expression: Expression,
  rename: (key: string) => string,
  all: Expression = EVERY_ENDPOINT,
): Expression {
  if (isAtom(expression)) return { ...expression, key: rename(expression.key) };
  if (expression.is === 'all') return all;
  if (expression.is === 'not') return { is: 'not', of: translate(expression.of, rename, all) };
  return { ...expression, of: expression.of.map((part) => translate(part, rename, all)) };
}

/** As Calico writes it: `app == 'web' && !has(legacy)`. */
export function formatExpression(expression: Expression): string {
  if (isAtom(expression)) return formatAtom(expression);
  switch (expression.is) {
    case 'all':
      return 'all()';
    case 'not':
      return `!${grouped(expression.of)}`;
    case 'and':
      return expression.of.map(grouped).join(' && ');
    case 'or':
      return expression.of.map(grouped).join(' || ');
  }
}

function formatAtom(atom: Atom): string {
  if (atom.is === 'has') return `has(${atom.key})`;
  if (atom.is !== 'in') return `${atom.key} ${atom.is} '${atom.value}'`;
  const values = atom.values.map((value) => `'${value}'`);
  return values.length === 1 ? `${atom.key} == ${values.join('')}` : `${atom.key} in {${values.join(', ')}}`;
}

function grouped(expression: Expression): string {
  const text = formatExpression(expression);
  return expression.is === 'all' || expression.is === 'has' ? text : `(${text})`;
}
