import type { LabelExpression, Labels, LabelSelector } from '../../requirements/selector.ts';
import { didYouMean } from '../../source/suggest.ts';
import { checkLabelKey, checkLabelValue } from './names.ts';
import type { Field } from './field.ts';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
type Operator = (typeof OPERATORS)[number];

/** A map of labels. A null value is the empty text, as the API decodes it. */
export function readLabels(field: Field): Labels {
  const labels: Record<string, string> = {};
  for (const [key, member] of field.entries()) {
    const wrongKey = checkLabelKey(key);
    if (wrongKey !== undefined) member.problem(wrongKey, { which: 'key' });
    const value = member.present ? member.text() : '';
    if (value === undefined) continue;
    const wrong = checkLabelValue(value);
    if (wrong !== undefined) member.problem(`${JSON.stringify(value)} ${wrong}`);
    // A plain assignment of `__proto__` would set the prototype.
    Object.defineProperty(labels, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return labels;
}

/** A label selector; an absent one selects everything, like an empty one. */
export function readSelector(field: Field): LabelSelector {
  field.allowOnly(['matchLabels', 'matchExpressions']);
  const matchLabels = readLabels(field.get('matchLabels'));
  const matchExpressions: LabelExpression[] = [];
  for (const item of field.get('matchExpressions').items()) {
    const expression = readExpression(item);
    if (expression !== undefined) matchExpressions.push(expression);
  }
  return { matchLabels, matchExpressions };
}

function readExpression(item: Field): LabelExpression | undefined {
  item.allowOnly(['key', 'operator', 'values']);
  const key = item.get('key').text() ?? '';
  const wrongKey = checkLabelKey(key);
  if (wrongKey !== undefined) item.get('key').problem(`${JSON.stringify(key)} ${wrongKey}`);
  const operator = readOperator(item.get('operator'));
  const values = readValues(item.get('values'));
  if (operator === undefined) return undefined;
  const takesValues = operator === 'In' || operator === 'NotIn';
  const given = item.get('values').value;
  const isEmpty = given === undefined || (Array.isArray(given) && given.length === 0);
  if (takesValues && isEmpty) item.get('values').problem(`must not be empty with the operator ${operator}`);
  if (!takesValues && values.length > 0) item.get('values').problem(`must be left out with the operator ${operator}`);
  return { key, operator, values };
}

function readValues(field: Field): string[] {
  const values: string[] = [];
  for (const item of field.items()) {
    const value = item.present ? item.text() : '';
    if (value === undefined) continue;
    const wrong = checkLabelValue(value);
    if (wrong !== undefined) item.problem(`${JSON.stringify(value)} ${wrong}`);
    values.push(value);
  }
  return values;
}

function readOperator(field: Field): Operator | undefined {
  const text = field.text();
  const operator = OPERATORS.find((known) => known === text);
  if (operator === undefined) {
    field.problem(
      `must be one of ${OPERATORS.join(', ')}${text === undefined ? '' : `, not ${JSON.stringify(text)}`}`,
      {
        hint: text === undefined ? undefined : didYouMean(text, OPERATORS),
      },
    );
  }
  return operator;
}
