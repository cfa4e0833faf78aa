import type { Direction } from '../../requirements/model.ts';
import type { EvidenceFinding } from '../evidence/schema.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../inventory/model.ts';
import { DIRECTIONS, type Assessment } from './isolation.ts';
import { PeerSearch, selectsEverything } from './peers.ts';

/** Policies that do nothing, rules that are open to everyone, rules for nobody. None of them fails by itself. */
export function policyFindings({ inventory, predictor }: Assessment): EvidenceFinding[] {
  const search = new PeerSearch(inventory);
  return inventory.policies.flatMap((policy) => [
    ...(predictor.selectedBy(policy.id).length === 0 ? [selectsNothing(policy)] : []),
    ...DIRECTIONS.flatMap((direction) => ruleFindings(policy, direction, search)),
  ]);
}

function selectsNothing({ id, position }: NetworkPolicy): EvidenceFinding {
  const message = `${id} selects no workload: it does nothing`;
  return { rule: 'policy-selects-nothing', severity: 'warning', message, object: id, position, fails: false };
}

function ruleFindings(policy: NetworkPolicy, direction: Direction, search: PeerSearch): EvidenceFinding[] {
  const rules = policy[direction];
  const [first] = rules;
  if (first !== undefined && !policy.directions.includes(direction)) return [withoutEffect(policy, direction, first)];
  return rules.flatMap((rule) => [
    ...openToEveryone(policy, direction, rule),
    ...(rule.peers ?? [])
      .filter((peer) => search.isNobody(peer, policy))
      .map((peer) => nobody(policy, direction, peer)),
  ]);
}

function withoutEffect({ id }: NetworkPolicy, direction: Direction, { position }: PolicyRule): EvidenceFinding {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  return {
    rule: 'rule-without-effect',
    severity: 'warning',
    message: `${id} has ${direction} rules, but its policyTypes leave out ${type}: they do nothing`,
    object: id,
    direction,
    position,
    fails: false,
  };
}

function openToEveryone({ id }: NetworkPolicy, direction: Direction, rule: PolicyRule): EvidenceFinding[] {
  const { peers, ports, position, index } = rule;
  const who = peers === undefined ? ['everyone'] : peers.map(openness).filter((open) => open !== undefined);
  if (who.length === 0) return [];
  const [what, way] = direction === 'ingress' ? ['lets in', 'from'] : ['lets out', 'to'];
  return [
    {
      rule: 'rule-open-to-everyone',
      severity: 'warning',
      message: `${direction} rule ${index + 1} of ${id} ${what} ${formatPorts(ports)} ${way} ${who.join(' and ')}`,
      object: id,
      direction,
      position,
      fails: false,
    },
  ];
}

/** Whom a peer stands for, if that is everyone of a kind. */
function openness(peer: PolicyPeer): string | undefined {
  if (peer.kind === 'ipBlock') {
    const { cidr, except } = peer;
    if (!cidr.endsWith('/0')) return undefined;
    return `every address (${cidr}${except.length === 0 ? '' : ` except ${except.join(', ')}`})`;
  }
  const { namespaceSelector, podSelector } = peer;
  if (namespaceSelector === undefined || !selectsEverything(namespaceSelector)) return undefined;
  return podSelector === undefined || selectsEverything(podSelector) ? 'every pod of every namespace' : undefined;
}

function nobody({ id }: NetworkPolicy, direction: Direction, { position }: PolicyPeer): EvidenceFinding {
  const message = `${id} names a peer for ${direction} that selects no workload of the inventory`;
  return { rule: 'rule-selects-nobody', severity: 'note', message, object: id, direction, position, fails: false };
}

function formatPorts(ports: readonly PolicyPort[] | undefined): string {
  if (ports === undefined) return 'every port';
  return ports.map(({ protocol, port, endPort }) => formatPort(protocol, port, endPort)).join(', ');
}

function formatPort(protocol: string, port: PolicyPort['port'], endPort: number | undefined): string {
  return `${protocol} ${port ?? 'on every port'}${endPort === undefined || endPort === port ? '' : `-${endPort}`}`;
}
