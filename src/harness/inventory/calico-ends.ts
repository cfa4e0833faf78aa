import type { CalicoEnd } from './admin-model.ts';
import { parseSelector, SelectorError } from './calico-selectors.ts';
import { parseCidr } from './cidr.ts';
import { translate, type Expression } from './expression.ts';
import type { Field } from './field.ts';
import { Unmodelled } from './unmodelled.ts';

/** Labels that Calico gives to endpoints. https://docs.tigera.io/calico/latest/network-policy/get-started/calico-policy/calico-labels */
export const NAMESPACE = 'projectcalico.org/namespace';
export const SERVICE_ACCOUNT = 'projectcalico.org/serviceaccount';
export const ORCHESTRATOR = 'projectcalico.org/orchestrator';
/** In namespaceSelectors and in selectors of service accounts: the name of either. */
export const NAME = 'projectcalico.org/name';
/** Labels of an endpoint's namespace and of its service account are told apart from its own by these. */
export const OF_NAMESPACE = 'pcns.';
export const OF_SERVICE_ACCOUNT = 'pcsa.';

const IN_SOME_NAMESPACE: Expression = { is: 'has', key: NAMESPACE };
const KEYS = [
  'nets',
  'notNets',
  'selector',
  'notSelector',
  'namespaceSelector',
  'services',
  'ports',
  'notPorts',
  'serviceAccounts',
  'domains',
];

/**
 * One end of a rule. https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#entityrule
 * In a policy of a namespace, a selector of any sort selects in that namespace unless a namespaceSelector says
 * otherwise.
 * @throws Unmodelled for a service whose namespace is not said
 */
export function readCalicoEnd(field: Field, namespace: string, mayNameService: boolean): CalicoEnd {
  field.allowOnly(KEYS);
  const [nets, notNets] = [readNets(field.get('nets')), readNets(field.get('notNets'))];
  const notSelector = readExpression(field.get('notSelector'));
  const selector = readSelectors(field, namespace);
  const service = readService(field, namespace, mayNameService);
  return {
    ...(selector && { selector }),
    ...(notSelector && { notSelector }),
    ...(nets && { nets }),
    ...(notNets && { notNets }),
    ...(service !== undefined && { service }),
  };
}

/** A selector; undefined where it is absent or empty. */
export function readExpression(field: Field): Expression | undefined {
  const parsed = parse(field);
  if (parsed !== 'global') return parsed;
  field.problem('must not have global(): only the namespaceSelector of a rule takes it');
  return undefined;
}

function parse(field: Field): Expression | 'global' | undefined {
  const text = field.text();
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    field.problem(error.message);
    return undefined;
  }
}

/** Of the labels of namespaces; `all()` in it is any namespace at all. */
export function namespacesOf(expression: Expression): Expression {
  return translate(expression, (key) => `${OF_NAMESPACE}${key}`, IN_SOME_NAMESPACE);
}

/** Of the labels of service accounts. */
export function serviceAccountsOf(expression: Expression): Expression {
  return translate(expression, (key) => `${OF_SERVICE_ACCOUNT}${key}`);
}

export function inNamespace(namespace: string): Expression {
  return { is: 'in', key: NAMESPACE, values: [namespace] };
}

/** All of the conditions that are there. */
export function allOf(...conditions: readonly (Expression | undefined)[]): Expression | undefined {
  const found = conditions.filter((condition) => condition !== undefined);
  const [first] = found;
  return found.length < 2 ? first : { is: 'and', of: found };
}

function readSelectors(field: Field, namespace: string): Expression | undefined {
  const wanted = parse(field.get('namespaceSelector'));
  const selectors = allOf(readServiceAccounts(field.get('serviceAccounts')), readExpression(field.get('selector')));
  if (wanted === 'global') return allOf({ is: 'not', of: IN_SOME_NAMESPACE }, selectors);
  if (wanted !== undefined) return allOf(namespacesOf(wanted), selectors);
  const isMeant = selectors !== undefined || (field.get('notSelector').text() ?? '') !== '';
  return isMeant && namespace !== '' ? allOf(inNamespace(namespace), selectors) : selectors;
}

/** Names and selector, where both are given, must both hold. */
function readServiceAccounts(field: Field): Expression | undefined {
  field.allowOnly(['names', 'selector']);
  const names = field
    .get('names')
    .items()
    .flatMap((item) => item.text() ?? []);
  const selector = readExpression(field.get('selector'));
  return allOf(
    selector && serviceAccountsOf(selector),
    names.length === 0 ? undefined : { is: 'in', key: SERVICE_ACCOUNT, values: names },
  );
}

function readNets(field: Field): readonly string[] | undefined {
  const items = field.items();
  return items.length === 0 ? undefined : items.flatMap((item) => readNet(item) ?? []);
}

/** A CIDR, or an address alone. */
export function readNet(item: Field): string | undefined {
  const text = item.text() ?? '';
  const whole = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  const cidr = parseCidr(whole);
  if (cidr === undefined) item.problem(`must be a CIDR such as 10.9.8.0/24, not ${JSON.stringify(text)}`);
  return cidr?.text;
}

function readService(field: Field, namespace: string, isAllowed: boolean): string | undefined {
  const services = field.get('services');
  if (!services.present) return undefined;
  services.allowOnly(['name', 'namespace']);
  const name = services.get('name').text() ?? '';
  const others = [
    'selector',
    'notSelector',
    'namespaceSelector',
    'nets',
    'notNets',
    'serviceAccounts',
    'ports',
    'notPorts',
  ];
  const other = others.find((key) => field.get(key).present);
  if (!isAllowed)
    services.problem('must stand in the source of an ingress rule or in the destination of an egress rule');
  if (name === '') services.problem('must have the name of a service');
  if (other !== undefined) services.problem(`must not stand together with ${other}`);
  const home = services.get('namespace').text() ?? namespace;
  if (home === '') throw new Unmodelled(`it names the service ${name} without its namespace`);
  return `${home}/${name}`;
}
