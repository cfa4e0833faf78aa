import { EVERYTHING, type LabelSelector, NAMESPACE_NAME, selects } from '../../requirements/selector.ts';
import type { Direction } from '../../requirements/model.ts';
import type { AdminPeer } from './admin-model.ts';
import { isStrictSubset, parseCidr } from './cidr.ts';
import { type CidrGroup, cidrsBySelector, cidrsOfGroup } from './cilium-cidr-groups.ts';
import { readCiliumSelector, type CiliumSelector } from './cilium-selectors.ts';
import { type LabelledService, readServicePeers } from './cilium-services.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { Field } from './field.ts';
import { Unmodelled } from './unmodelled.ts';

const OTHER_KEYS = ['toPorts', 'icmps', 'authentication'];
/** Whom rules may name, after `from` or `to`; whether that is modelled is another question. */
const PEERS = ['Endpoints', 'CIDR', 'CIDRSet', 'Entities', 'Groups', 'Nodes'];
const PEERS_OF_EGRESS = ['toServices', 'toFQDNs'];
const GROUP_KEYS = ['cidrGroupRef', 'cidrGroupSelector'];
/**
 * Those that the API takes. https://docs.cilium.io/en/stable/security/policy/layer3/#entities-based and
 * https://github.com/cilium/cilium/blob/v1.19.0/pkg/policy/api/entity.go
 */
const ENTITIES = [
  ...['all', 'world', 'cluster', 'host', 'remote-node', 'kube-apiserver', 'ingress'],
  ...['init', 'health', 'unmanaged', 'none'],
];
/** Cilium's agents know them, and the schema of its API does not let them in. */
const OF_ONE_FAMILY = new Map([
  ['world-ipv4', 'Write a CIDR: 0.0.0.0/0.'],
  ['world-ipv6', 'Write a CIDR: "::/0".'],
]);

/** What policies of Cilium name, and is an object of its own. */
export interface CiliumReferences {
  readonly cidrGroups: readonly CidrGroup[];
  readonly services: readonly LabelledService[];
}

/** Where a rule stands. */
export interface CiliumSurroundings {
  /** Empty for a policy of the whole cluster. */
  readonly namespace: string;
  readonly references: CiliumReferences;
  readonly action: 'accept' | 'deny';
}

/**
 * Whom a rule names; undefined if it names nobody, which is everyone where it has ports.
 * https://docs.cilium.io/en/stable/security/policy/layer3/
 * @throws Unmodelled for peers that are not modelled
 */
export function readCiliumPeers(
  rule: Field,
  direction: Direction,
  { namespace, references, action }: CiliumSurroundings,
): readonly AdminPeer[] | undefined {
  const way = direction === 'ingress' ? 'from' : 'to';
  const known = [...PEERS.map((peer) => `${way}${peer}`), ...(way === 'to' ? PEERS_OF_EGRESS : [])];
  rule.allowOnly([...known, `${way}Requires`, ...OTHER_KEYS]);
  refuseRequirements(rule.get(`${way}Requires`));
  const members = rule.entries().filter(([key, { present }]) => present && known.includes(key));
  const [member, ...more] = members;
  if (member === undefined) return undefined;
  const [key, field] = member;
  if (more.length > 0) rule.problem(`must not have both ${key} and ${more[0]?.[0] ?? ''}: Cilium takes no such rule`);
  if (field.items().length === 0) throw new Unmodelled(`it has an empty ${key}`);
  switch (key) {
    case `${way}Endpoints`:
      return field.items().flatMap((item) => readEndpoints(item, namespace));
    case `${way}Entities`:
      return field.items().flatMap(readEntity);
    case `${way}CIDR`:
      return field.items().flatMap((item) => readCidrs(item, item, []));
    case `${way}CIDRSet`:
      return readCidrSets(field, references);
    case 'toServices':
      // Agents look services up for what is allowed alone.
      if (action === 'deny') throw new Unmodelled('it has toServices in a denial, which is not modelled');
      return field.items().flatMap((item) => readServicePeers(item, references.services));
    case 'toFQDNs':
      return [{ kind: 'domainNames', names: field.items().map(nameOf), position: field.position }];
    default:
      throw new Unmodelled(`it has ${key}, which is not modelled`);
  }
}

/**
 * Requirements narrow what the rules of every policy of the same pods allow, which no rule here says. They may stand
 * beside what a rule names. https://docs.cilium.io/en/v1.18/security/policy/language/#additional-label-requirements
 */
function refuseRequirements(field: Field): void {
  if (field.items().length === 0) return;
  const key = String(field.path.at(-1));
  throw new Unmodelled(
    `it has ${key}, which narrows the rules of other policies, too, and which Cilium refuses from 1.19 on`,
  );
}

function readEndpoints(item: Field, namespace: string): readonly AdminPeer[] {
  return endpointPeers({ ...readCiliumSelector(item, namespace), position: item.position });
}

/**
 * Whom a selector of endpoints is met by. One that names namespaces by exclusion alone is met by what is no pod and has
 * no labels at all. https://github.com/cilium/cilium/issues/46949
 */
export function endpointPeers({
  namespaceSelector,
  podSelector,
  elsewhere,
  position,
}: CiliumSelector & Pick<AdminPeer, 'position'>): readonly AdminPeer[] {
  const pods: AdminPeer = { kind: 'pods', namespaceSelector, podSelector, position };
  const isMetWithoutLabels = (selector: LabelSelector) => selects(selector, {}) && selects(podSelector, {});
  const isNamed = namespaceSelector.matchExpressions.some(({ key }) => key === NAMESPACE_NAME);
  if (elsewhere === undefined) {
    return isNamed && isMetWithoutLabels(namespaceSelector) ? [pods, { kind: 'unlabelled', position }] : [pods];
  }
  const others: AdminPeer = { kind: 'pods', podSelector, ...elsewhere, position };
  const { since } = elsewhere;
  const unlabelled: AdminPeer = { kind: 'unlabelled', since, position };
  return [pods, others, ...(isMetWithoutLabels(elsewhere.namespaceSelector) ? [unlabelled] : [])];
}

function readEntity(item: Field): readonly AdminPeer[] {
  const { position } = item;
  const pods: AdminPeer = { kind: 'pods', namespaceSelector: EVERYTHING, podSelector: EVERYTHING, position };
  const entity = item.text() ?? '';
  switch (entity) {
    case 'all':
      return [{ kind: 'everyone', position }];
    case 'world':
      return [{ kind: 'world', cidrs: ['0.0.0.0/0', '::/0'], except: [], position }];
    case 'cluster':
      return [pods, { kind: 'nodes', selector: EVERYTHING, position }];
    case 'host':
    case 'remote-node':
      return [{ kind: 'nodes', selector: 'some', position }];
    case 'kube-apiserver':
      return [{ kind: 'apiserver', position }];
    case 'health':
    case 'ingress':
    case 'none':
      return [];
    default:
      if (ENTITIES.includes(entity)) throw new Unmodelled(`it names the entity ${entity}, which is not modelled`);
      item.problem(`must be one of ${ENTITIES.join(', ')}, not ${JSON.stringify(entity)}`, {
        hint: OF_ONE_FAMILY.get(entity) ?? didYouMean(entity, ENTITIES),
      });
      return [];
  }
}

/** Who names nobody may mean everybody: so it was of empty groups before Cilium 1.17. */
function readCidrSets(field: Field, references: CiliumReferences): readonly AdminPeer[] {
  const items = field.items();
  const peers = items.flatMap((item) => readCidrSet(item, references));
  if (peers.length === 0 && items.some(namesGroups)) throw new Unmodelled('it names CIDR groups that hold nothing');
  return peers;
}

/** A CIDR itself, or those of groups. https://docs.cilium.io/en/stable/security/policy/layer3/#ip-cidr-based */
function readCidrSet(item: Field, { cidrGroups }: CiliumReferences): readonly AdminPeer[] {
  item.allowOnly(['cidr', 'except', ...GROUP_KEYS]);
  const [key, other] = ['cidr', ...GROUP_KEYS].filter((one) => item.get(one).present);
  if (other !== undefined) item.problem(`must not have both ${key ?? ''} and ${other}`);
  if (!namesGroups(item)) return readCidrs(item, item.get('cidr'), item.get('except').items());
  if (item.get('except').items().length > 0)
    throw new Unmodelled(`it has except beside ${key ?? ''}, which Cilium says it does not support`);
  const [named, selector] = [item.get('cidrGroupRef'), item.get('cidrGroupSelector')];
  const cidrs = named.present ? cidrsOfGroup(named, cidrGroups) : cidrsBySelector(selector, cidrGroups);
  const { position } = item;
  return cidrs.map(({ text }) => ({ kind: 'world', cidrs: [text], except: [], position }));
}

function namesGroups(item: Field): boolean {
  return GROUP_KEYS.some((key) => item.get(key).present);
}

/** Cilium's CIDRs are of what is outside: they never match its own endpoints. */
function readCidrs({ position }: Field, field: Field, holes: readonly Field[]): readonly AdminPeer[] {
  const [cidr, ...except] = [field, ...holes].map((one) => {
    const text = one.text() ?? '';
    const whole = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
    const parsed = parseCidr(whole);
    if (!one.present) one.problem('must be given');
    else if (parsed === undefined) one.problem(`must be a CIDR such as 10.9.8.0/24, not ${JSON.stringify(text)}`);
    return parsed;
  });
  if (cidr === undefined) return [];
  const inner = except.flatMap((one) => one ?? []);
  if (inner.some((one) => one.text !== cidr.text && !isStrictSubset(one, cidr))) {
    field.problem(`must contain its exceptions: ${cidr.text} does not`);
  }
  return [{ kind: 'world', cidrs: [cidr.text], except: inner.map(({ text }) => text), position }];
}

/** https://docs.cilium.io/en/stable/security/policy/layer3/#dns-based */
function nameOf(item: Field): string {
  item.allowOnly(['matchName', 'matchPattern']);
  const [name, pattern] = [item.get('matchName').text(), item.get('matchPattern').text()];
  const given = name ?? pattern;
  if (given === undefined) item.problem('must have a matchName or a matchPattern');
  else if (!(name === undefined ? /^[-a-zA-Z0-9_.*]{1,255}$/ : /^[-a-zA-Z0-9_.]{1,255}$/).test(given)) {
    item.problem(`must name a domain, not ${JSON.stringify(given)}`);
  }
  return given ?? '';
}
