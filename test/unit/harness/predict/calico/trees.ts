import fc from 'fast-check';

/** Selectors as trees of the tests' own; Calico reads their text. */
export type Tree =
  | { readonly op: 'all' }
  | { readonly op: 'has'; readonly key: string }
  | {
      readonly op: '==' | '!=' | 'contains' | 'starts with' | 'ends with';
      readonly key: string;
      readonly value: string;
    }
  | { readonly op: 'in' | 'not in'; readonly key: string; readonly values: readonly string[] }
  | { readonly op: '!'; readonly inner: Tree }
  | { readonly op: '&&' | '||'; readonly left: Tree; readonly right: Tree };

export type Labels = Readonly<Record<string, string | undefined>>;

export function textOf(tree: Tree): string {
  switch (tree.op) {
    case 'all':
      return 'all()';
    case 'has':
      return `has(${tree.key})`;
    case 'in':
    case 'not in':
      return `${tree.key} ${tree.op} {${tree.values.map((value) => `'${value}'`).join(', ')}}`;
    case '!':
      return `!(${textOf(tree.inner)})`;
    case '&&':
    case '||':
      return `(${textOf(tree.left)} ${tree.op} ${textOf(tree.right)})`;
    case '==':
    case '!=':
    case 'contains':
    case 'starts with':
    case 'ends with':
      return `${tree.key} ${tree.op} "${tree.value}"`;
  }
}

const VALUES = ['x', 'y', 'z', 'xy'] as const;

/** Labels hold single letters, so parts of values meet them now and then. */
export const trees = (keys: readonly string[]): fc.Arbitrary<Tree> => {
  const key = fc.constantFrom(...keys);
  const value = fc.constantFrom(...VALUES);
  const leaf: fc.Arbitrary<Tree> = fc.oneof(
    fc.constant({ op: 'all' } as const),
    fc.record({ op: fc.constant('has' as const), key }),
    fc.record({ op: fc.constantFrom('==', '!=', 'contains', 'starts with', 'ends with'), key, value }),
    fc.record({ op: fc.constantFrom('in', 'not in'), key, values: fc.array(value, { maxLength: 2 }) }),
  );
  const nested = fc.oneof(
    fc.record({ op: fc.constant('!' as const), inner: leaf }),
    fc.record({ op: fc.constantFrom('&&', '||'), left: leaf, right: leaf }),
  );
  return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: nested });
};

/** Whether a selector holds, read for itself. */
export function holds(tree: Tree, labels: Labels): boolean {
  if ('key' in tree) return holdsFor(tree, labels[tree.key]);
  switch (tree.op) {
    case 'all':
      return true;
    case '!':
      return !holds(tree.inner, labels);
    case '&&':
      return holds(tree.left, labels) && holds(tree.right, labels);
    case '||':
      return holds(tree.left, labels) || holds(tree.right, labels);
  }
}

function holdsFor(tree: Extract<Tree, { readonly key: string }>, value: string | undefined): boolean {
  switch (tree.op) {
    case 'has':
      return value !== undefined;
    case '==':
      return value === tree.value;
    case '!=':
      return value !== tree.value;
    case 'in':
      return tree.values.some((one) => one === value);
    case 'not in':
      return !tree.values.some((one) => one === value);
    case 'contains':
      return value !== undefined && value.indexOf(tree.value) >= 0;
    case 'starts with':
      return value !== undefined && value.slice(0, tree.value.length) === tree.value;
    case 'ends with':
      return value !== undefined && value.slice(-tree.value.length) === tree.value;
  }
}
