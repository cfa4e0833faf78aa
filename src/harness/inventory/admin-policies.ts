import { EVERYTHING } from '../../requirements/selector.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { AdminAction, AdminKind, AdminPeer, AdminPolicy, AdminRule, NamespacedPods } from './admin-model.ts';
import { readAdminPorts, readAdminProtocols } from './admin-ports.ts';
import type { Field } from './field.ts';
import { readSelector } from './labels.ts';
import type { Note } from './model.ts';
import type { KubeObject } from './objects.ts';
import { readCidr } from './policies.ts';

/** What the three kinds differ in. */
interface Form {
  readonly kind: AdminKind;
  readonly apiVersion: string;
  readonly actions: Readonly<Record<string, AdminAction>>;
  readonly mostRules: number;
  readonly portsKey: 'ports' | 'protocols';
  readonly specKeys: readonly string[];
}

const V1ALPHA1 = { apiVersion: 'policy.networking.k8s.io/v1alpha1', mostRules: 100, portsKey: 'ports' } as const;
const DIRECTIONS = ['ingress', 'egress'] as const;

const FORMS: readonly Form[] = [
  {
    kind: 'AdminNetworkPolicy',
    ...V1ALPHA1,
    actions: { Allow: 'accept', Deny: 'deny', Pass: 'pass' },
    specKeys: ['priority', 'subject', ...DIRECTIONS],
  },
  {
    kind: 'BaselineAdminNetworkPolicy',
    ...V1ALPHA1,
    actions: { Allow: 'accept', Deny: 'deny' },
    specKeys: ['subject', ...DIRECTIONS],
  },
  {
    kind: 'ClusterNetworkPolicy',
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    actions: { Accept: 'accept', Deny: 'deny', Pass: 'pass' },
    mostRules: 25,
    portsKey: 'protocols',
    specKeys: ['tier', 'priority', 'subject', ...DIRECTIONS],
  },
];

const DOMAIN_NAME = /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

/**
 * An AdminNetworkPolicy, BaselineAdminNetworkPolicy or ClusterNetworkPolicy, checked as its CustomResourceDefinition
 * does: https://network-policy-api.sigs.k8s.io/reference/spec/
 * Problems go to the object's subject; what newer API servers will refuse goes to `notes`.
 */
export function readAdminPolicy({ kind, apiVersion, name, root, position }: KubeObject, notes: Note[]): AdminPolicy {
  const form = FORMS.find((known) => known.kind === kind);
  if (form === undefined) throw new TypeError(`${kind} is no admin policy`);
  if (apiVersion !== form.apiVersion) {
    root.get('apiVersion').problem(`${JSON.stringify(apiVersion)} has no kind ${kind} that is known here`, {
      hint: `Write apiVersion: ${form.apiVersion}.`,
    });
  }
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  if (kind === 'BaselineAdminNetworkPolicy' && name !== '' && name !== 'default') {
    root.at('metadata', 'name').problem('must be default: a cluster has one baseline');
  }
  const spec = root.get('spec');
  if (!spec.present) spec.problem('must be given');
  spec.allowOnly(form.specKeys);
  return {
    kind: form.kind,
    id: name,
    tier: readTier(spec, form),
    priority: form.specKeys.includes('priority') ? readPriority(spec.get('priority')) : 0,
    ...(spec.get('priority').present && { priorityPosition: spec.get('priority').position }),
    subject: readSubject(spec.get('subject'), form),
    ingress: readRules(spec.get('ingress'), 'from', form, notes),
    egress: readRules(spec.get('egress'), 'to', form, notes),
    position,
    raw: root.value,
  };
}

function readTier(spec: Field, { kind, specKeys }: Form): AdminPolicy['tier'] {
  if (!specKeys.includes('tier')) return kind === 'BaselineAdminNetworkPolicy' ? 'baseline' : 'admin';
  return readChoice(spec.get('tier'), { Admin: 'admin', Baseline: 'baseline' } as const) ?? 'admin';
}

function readPriority(field: Field): number {
  const priority = field.integer();
  if (!field.present) field.problem('must be given');
  if (priority !== undefined && (priority < 0 || priority > 1000)) {
    field.problem(`must be from 0 to 1000, not ${priority}`);
  }
  return priority ?? 0;
}

function readSubject(field: Field, form: Form): NamespacedPods {
  const pods = readPods(exactlyOne(field, ['namespaces', 'pods']), form);
  return pods ?? { namespaceSelector: EVERYTHING, podSelector: EVERYTHING };
}

function readRules(field: Field, peersKey: 'from' | 'to', form: Form, notes: Note[]): readonly AdminRule[] {
  const rules = atMost(field, form.mostRules);
  return rules.map((rule, index) => readRule(rule, index, peersKey, form, notes));
}

function readRule(rule: Field, index: number, peersKey: 'from' | 'to', form: Form, notes: Note[]): AdminRule {
  const { portsKey, actions } = form;
  rule.allowOnly(['name', 'action', peersKey, portsKey]);
  const name = rule.get('name').text();
  if (name !== undefined && name.length > 100) rule.get('name').problem('must have at most 100 characters');
  const peers = someOf(rule.get(peersKey), form.mostRules).flatMap(
    (peer) => readPeer(peer, peersKey, form, notes) ?? [],
  );
  const ports = portsKey === 'ports' ? readAdminPorts(rule.get('ports')) : readAdminProtocols(rule.get('protocols'));
  const isNamed = ports?.some(({ port }) => typeof port === 'string') === true;
  if (isNamed && peers.some(({ kind }) => kind !== 'pods')) {
    rule.get(portsKey).problem('must not name a port where peers are networks, nodes or domain names: they have none');
  }
  return {
    index,
    ...(name === undefined || name === '' ? {} : { name }),
    action: readChoice(rule.get('action'), actions) ?? 'deny',
    peers,
    ...(ports === undefined ? {} : { ports }),
    position: rule.position,
  };
}

function readPeer(peer: Field, peersKey: 'from' | 'to', form: Form, notes: Note[]): AdminPeer | undefined {
  const { position } = peer;
  const outside = peersKey === 'to' ? ['nodes', 'networks', 'domainNames'] : [];
  const field = exactlyOne(peer, ['namespaces', 'pods', ...outside]);
  const key = field?.path.at(-1);
  if (field === undefined) return undefined;
  if (key === 'nodes') return { kind: 'nodes', selector: readSelector(field), position };
  if (key === 'networks') {
    const cidrs = someOf(field, 25).flatMap((item) => readNetwork(item, notes) ?? []);
    return { kind: 'networks', cidrs, position };
  }
  if (key === 'domainNames') {
    return { kind: 'domainNames', names: someOf(field, 25).flatMap((item) => readDomainName(item) ?? []), position };
  }
  const pods = readPods(field, form);
  return pods === undefined ? undefined : { kind: 'pods', ...pods, position };
}

/** The schema takes bits below the prefix, but no other sloppiness (CEL's isCIDR). */
function readNetwork(item: Field, notes: Note[]): string | undefined {
  const found: Note[] = [];
  const cidr = readCidr(item, found);
  if (cidr?.legacy === true) item.problem(`must be a CIDR in its usual form: ${cidr.text}`);
  else notes.push(...found);
  return cidr?.text;
}

/** `namespaces` (all of their pods) or `pods`. */
function readPods(field: Field | undefined, { apiVersion }: Form): NamespacedPods | undefined {
  if (field === undefined) return undefined;
  if (field.path.at(-1) === 'namespaces') return { namespaceSelector: readSelector(field), podSelector: EVERYTHING };
  field.allowOnly(['namespaceSelector', 'podSelector']);
  const needed = apiVersion === V1ALPHA1.apiVersion ? ['namespaceSelector', 'podSelector'] : ['podSelector'];
  for (const key of needed) {
    if (!field.get(key).present) field.problem(`must have a ${key}`, { hint: '{} selects everything.' });
  }
  return {
    namespaceSelector: readSelector(field.get('namespaceSelector')),
    podSelector: readSelector(field.get('podSelector')),
  };
}

function readDomainName(field: Field): string | undefined {
  const text = field.text();
  if (text === undefined || DOMAIN_NAME.test(text)) return text;
  field.problem(`must be a domain name such as www.example.com or *.example.com, not ${JSON.stringify(text)}`);
  return undefined;
}

/** The one member that a map must have. */
function exactlyOne(field: Field, keys: readonly string[]): Field | undefined {
  field.allowOnly(keys);
  const present = keys.map((key) => field.get(key)).filter((member) => member.present);
  if (present.length === 1) return present[0];
  field.problem(`must have exactly one of ${keys.join(', ')}`);
  return undefined;
}

function atMost(field: Field, most: number): Field[] {
  const items = field.items();
  if (items.length > most) field.problem(`must not have more than ${most} entries`);
  return items;
}

function someOf(field: Field, most: number): Field[] {
  const items = atMost(field, most);
  if (items.length === 0) field.problem('must have at least one entry');
  return items;
}

function readChoice<Choice>(field: Field, choices: Readonly<Record<string, Choice>>): Choice | undefined {
  const text = field.text();
  if (text !== undefined && Object.hasOwn(choices, text)) return choices[text];
  const names = Object.keys(choices);
  field.problem(`must be ${names.join(' or ')}${text === undefined ? '' : `, not ${JSON.stringify(text)}`}`, {
    hint: text === undefined ? undefined : didYouMean(text, names),
  });
  return undefined;
}
