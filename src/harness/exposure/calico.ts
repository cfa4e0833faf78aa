import { EVERYTHING, NAMESPACE_NAME, type LabelExpression } from '../../requirements/selector.ts';
import {
  NAME,
  NAMESPACE,
  OF_NAMESPACE,
  OF_SERVICE_ACCOUNT,
  ORCHESTRATOR,
  SERVICE_ACCOUNT,
} from '../inventory/calico-ends.ts';
import type { Expression } from '../inventory/expression.ts';
import type { LabelledPods } from '../predict/rules/compile.ts';

/** What a selector asks for, all of which must hold: of namespaces, and of pods in them. */
interface Term {
  readonly namespaces: readonly LabelExpression[];
  readonly pods: readonly LabelExpression[];
}

const ANY: Term = { namespaces: [], pods: [] };
const MOST_TERMS = 100;

/**
 * A selector of Calico as selectors of labels, of which at least one selects what it selects. Undefined for what those
 * cannot say: service accounts, parts of values, or more than there is room for.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 */
export function labelledPods(expression: Expression): readonly LabelledPods[] | undefined {
  return termsOf(expression, true)?.map(({ namespaces, pods }) => ({
    namespaces: { by: 'labels', selector: { ...EVERYTHING, matchExpressions: namespaces } },
    pods: { ...EVERYTHING, matchExpressions: pods },
  }));
}

/** @param wanted whether the expression must hold, or must not */
function termsOf(expression: Expression, wanted: boolean): readonly Term[] | undefined {
  switch (expression.is) {
    case 'all':
      return wanted ? [ANY] : [];
    case 'not':
      return termsOf(expression.of, !wanted);
    case 'and':
    case 'or': {
      const parts = expression.of.map((part) => termsOf(part, wanted));
      return (expression.is === 'and') === wanted ? allOf(parts) : anyOf(parts);
    }
    case 'has':
      return conditionOf(expression.key, wanted ? 'Exists' : 'DoesNotExist', []);
    case 'in':
      return conditionOf(expression.key, wanted ? 'In' : 'NotIn', expression.values);
    case 'contains':
    case 'starts with':
    case 'ends with':
      return undefined;
  }
}

function anyOf(parts: readonly (readonly Term[] | undefined)[]): readonly Term[] | undefined {
  const terms = parts.flatMap((part) => part ?? []);
  return parts.includes(undefined) || terms.length > MOST_TERMS ? undefined : terms;
}

function allOf(parts: readonly (readonly Term[] | undefined)[]): readonly Term[] | undefined {
  return parts.reduce<readonly Term[] | undefined>(
    (sum, part) => {
      if (sum === undefined || part === undefined || sum.length * part.length > MOST_TERMS) return undefined;
      return sum.flatMap((one) =>
        part.map((other) => ({
          namespaces: [...one.namespaces, ...other.namespaces],
          pods: [...one.pods, ...other.pods],
        })),
      );
    },
    [ANY],
  );
}

/** Labels that Calico gives to endpoints are those of namespaces, or the same for every pod. */
function conditionOf(
  key: string,
  operator: LabelExpression['operator'],
  values: readonly string[],
): readonly Term[] | undefined {
  if (key === SERVICE_ACCOUNT || key.startsWith(OF_SERVICE_ACCOUNT)) return undefined;
  if (key === ORCHESTRATOR) return isMetBy('k8s', operator, values) ? [ANY] : [];
  const label = namespaceLabel(key);
  if (label === undefined) return [{ ...ANY, pods: [{ key, operator, values }] }];
  return [{ ...ANY, namespaces: [{ key: label, operator, values }] }];
}

function namespaceLabel(key: string): string | undefined {
  if (key === NAMESPACE || key === `${OF_NAMESPACE}${NAME}`) return NAMESPACE_NAME;
  return key.startsWith(OF_NAMESPACE) ? key.slice(OF_NAMESPACE.length) : undefined;
}

function isMetBy(value: string, operator: LabelExpression['operator'], values: readonly string[]): boolean {
  if (operator === 'In') return values.includes(value);
  return operator === 'NotIn' ? !values.includes(value) : operator === 'Exists';
}
