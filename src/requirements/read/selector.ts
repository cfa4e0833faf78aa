import { didYouMean, nearest } from '../../source/suggest.ts';
import type { LabelExpression, LabelSelector } from '../selector.ts';
import { isRecord, quote, quotesHint, type Input } from './input.ts';
import { labelKeyProblem, labelValueProblem } from './labels.ts';

const PARTS = ['matchLabels', 'matchExpressions'] as const;
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
const WHAT = 'labels, as {app: postgres}';

export const EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/** A label selector: labels alone (`{app: postgres}`), or the API's `matchLabels` and `matchExpressions`. */
export function readSelector(input: Input): LabelSelector {
  if (!isRecord(input.value)) {
    input.expected(WHAT);
    return EVERYTHING;
  }
  if (!isLongForm(input.value)) return { matchLabels: readLabels(input), matchExpressions: [] };
  const members = input.record(PARTS, WHAT);
  return {
    matchLabels: members?.read('matchLabels', readLabels) ?? {},
    matchExpressions: members?.read('matchExpressions', readExpressions) ?? [],
  };
}

/** No label has a map or a list as its value: a key with one is a part of the long form, misspelt perhaps. */
function isLongForm(value: Record<string, unknown>): boolean {
  return (
    Object.entries(value).some(
      ([key, part]) => typeof part === 'object' && part !== null && nearest(key, PARTS) !== undefined,
    ) || PARTS.some((part) => Object.hasOwn(value, part))
  );
}

function readLabels(input: Input): Record<string, string> {
  const labels: [string, string][] = [];
  for (const [key, member] of input.entries(WHAT)) {
    checkKey(member, key, 'key');
    const value = readValue(member);
    if (value !== null) labels.push([key, value]);
  }
  return Object.fromEntries(labels);
}

function readExpressions(input: Input): LabelExpression[] {
  return input.list('a list of conditions, as [{key: app, operator: In, values: [web]}]', (item) => {
    const members = item.record(
      ['key', 'operator', 'values'],
      'a condition, as {key: app, operator: In, values: [web]}',
    );
    if (members === null) return null;
    const key = members.require('key', 'the label that the condition is about', readKey);
    const operator = members.require('operator', `one of ${OPERATORS.join(', ')}`, readOperator);
    if (operator === null) return null;
    const values = readValues(item, operator, members.get('values'));
    return key === null ? null : { key, operator, values };
  });
}

function readKey(input: Input): string | null {
  const key = input.text('a label key');
  if (key !== null) checkKey(input, key, 'value');
  return key;
}

function readOperator(input: Input): LabelExpression['operator'] | null {
  const operator = OPERATORS.find((known) => known === input.value);
  if (operator !== undefined) return operator;
  const hint = typeof input.value === 'string' ? didYouMean(input.value, OPERATORS) : undefined;
  return input.expected(`one of ${OPERATORS.join(', ')}`, { hint });
}

function readValues(owner: Input, operator: LabelExpression['operator'], input: Input | null): string[] {
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (input === null) {
    if (takesValues) owner.problem(`\`values\` is missing: with ${operator}, the values to compare with`);
    return [];
  }
  if (!takesValues) {
    if (!Array.isArray(input.value) || input.value.length > 0) {
      input.problem(`\`values\` must be left out with ${operator}, which looks at the key alone`, { at: 'key' });
    }
    return [];
  }
  return input.list('a list of label values', readValue);
}

function readValue(input: Input): string | null {
  const { value } = input;
  if (typeof value !== 'string') return input.expected('a text (a label value)', { hint: quotesHint(value) });
  const wrong = labelValueProblem(value);
  return wrong === undefined ? value : input.problem(`${quote(value)} is not a label value: it ${wrong}`);
}

function checkKey(input: Input, key: string, at: 'key' | 'value'): void {
  const wrong = labelKeyProblem(key);
  if (wrong !== undefined) input.problem(`${quote(key)} is not a label key: it ${wrong}`, { at });
}
