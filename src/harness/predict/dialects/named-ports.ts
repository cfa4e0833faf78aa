import type { NetworkPlugin, PolicyPeer, PolicyPort, PolicyRule, Workload } from '../../inventory/model.ts';
import { numbersOf, type Carrier, type Carriers } from './named-port-carriers.ts';
import { minorOf } from './plugin-version.ts';
import type { RuleOfPorts, TakePorts, Taking } from './taking.ts';

const KUBE_ROUTER = 'https://github.com/cloudnativelabs/kube-router/blob/v2.9.0/pkg/controllers/netpol/policy.go';
const KUBE_ROUTER_EGRESS = 'https://github.com/cloudnativelabs/kube-router/pull/1037';
const AWS = 'https://github.com/aws/amazon-network-policy-controller-k8s/blob/v1.1.7/pkg/resolvers/endpoints.go';
const OVN = 'https://github.com/ovn-kubernetes/ovn-kubernetes/issues/2117';
const OVN_MATCH = 'https://github.com/ovn-kubernetes/ovn-kubernetes/blob/v1.3.0/go-controller/pkg/libovsdb/util/acl.go';
const WEAVE = 'https://github.com/weaveworks/weave/blob/v2.8.1/npc/analyser.go';

const isNamed = ({ port }: PolicyPort): boolean => typeof port === 'string';
const names = (ports: readonly PolicyPort[]): string => ports.map(({ port }) => String(port)).join(', ');

/** False: a policy that has a named port is none at all, from 2.5 on. */
export function takeNamesByWeave(taking: Taking, { version }: NetworkPlugin): boolean {
  const { ingress, egress } = taking.policy;
  const named = [...ingress, ...egress].flatMap(({ ports = [] }) => ports.filter(isNamed));
  if (named.length === 0) return true;
  const minor = minorOf(version);
  if (minor === undefined || minor < 2005) {
    taking.doubt(
      `it has a named port (${names(named)}), for which Weave Net from 2.5 on rejects the whole policy (${WEAVE}), and what the version that runs does is not known`,
    );
    return true;
  }
  const does = `rejects the whole policy, because it has a named port (${names(named)}): it isolates nothing`;
  for (const direction of taking.policy.directions) taking.remark(direction, does, WEAVE);
  return false;
}

/** A name is every port of its protocol, unless the rule has numbers for that protocol: then those alone count. */
export const takeNamesByOvn: TakePorts = (rule, direction, { taking, plugin }) => {
  const groups = Map.groupBy(rule.ports, ({ protocol }) => protocol);
  const ports = [...groups.values()].flatMap((ofProtocol): readonly PolicyPort[] => {
    const numbered = ofProtocol.filter(({ port }) => typeof port === 'number');
    const others = ofProtocol.filter(({ port }) => typeof port !== 'number');
    const [first] = others;
    if (first === undefined) return numbered;
    const { protocol, position } = first;
    if (numbered.length > 0) {
      if (plugin.version === undefined) {
        taking.doubt(
          `a rule has numbers and other ports of ${protocol}, of which OVN-Kubernetes from 1.0 on takes the numbers alone (${OVN_MATCH}), and which version runs is not known`,
        );
      }
      taking.remark(direction, `takes of the ${protocol} ports of a rule those with numbers alone`, OVN_MATCH);
      return numbered;
    }
    const named = others.filter(isNamed);
    if (named.length > 0) {
      taking.remark(direction, `takes its named port ${names(named)} for every ${protocol} port`, OVN);
    }
    return [{ protocol, position }];
  });
  return [{ ...rule, ports }];
};

/**
 * Of ingress, the numbers that any pod which the policy selects gives a name, on all of them. Of egress, a name counts
 * towards pods that are selected by labels alone.
 */
export const takeNamesByAws: TakePorts = (rule, direction, { taking, carriers }) => {
  const named = rule.ports.filter(isNamed);
  if (named.length === 0) return [rule];
  if (direction === 'egress') return towardsPodsAlone(rule, (does) => taking.remark('egress', does, AWS));
  const selected = carriers.selected();
  const ports = rule.ports.flatMap((port): readonly PolicyPort[] => {
    if (!isNamed(port)) return [port];
    const numbers = numbersOf(port, selected);
    if (selected.every((pod) => numbersOf(port, [pod]).length === numbers.length)) return [port];
    const does = `takes its named port ${names([port])} as ${numbers.join(' and ')} on every pod that the policy selects`;
    taking.remark('ingress', does, AWS);
    return numbers.map((number) => ({ ...port, port: number }));
  });
  return [{ ...rule, ports }];
};

/**
 * Where no pod gives a name of the rule a number, and it has no numbers, the rule is one without ports: towards, or
 * from, pods that it selects by labels everything is let through.
 */
export const takeNamesByKubeRouter: TakePorts = (rule, direction, { taking, carriers, plugin }) => {
  const named = rule.ports.filter(isNamed);
  if (named.length === 0) return [rule];
  if (rule.peers === undefined) {
    return direction === 'ingress' ? [rule] : towardsAnyone(rule, taking, carriers, plugin);
  }
  const pods = direction === 'ingress' ? carriers.selected().map(surely) : carriers.behind(rule.peers);
  const state = carriedBy(named, pods);
  const hasNoNumbers = pods.length > 0 && named.length === rule.ports.length;
  if (state === 'perhaps' && hasNoNumbers) {
    taking.doubt(
      `whether any pod that a rule selects has its named port (${names(named)}) hangs on labels of a namespace that is not defined, and kube-router takes such a name for every port where none has it (${KUBE_ROUTER})`,
    );
  }
  const remark = (does: string): void => taking.remark(direction, does, KUBE_ROUTER);
  const isOpen = state === 'no' && hasNoNumbers;
  const byLabels = rule.peers.filter(({ kind }) => kind === 'pods');
  if (isOpen && byLabels.length > 0) remark(`takes its named port ${names(named)}, which no pod has, for every port`);
  const { ports, ...portless } = rule;
  if (isOpen) return byLabels.length === 0 ? [] : [{ ...portless, peers: byLabels }];
  return direction === 'ingress' ? [rule] : towardsPodsAlone({ ...rule, ports }, remark);
};

const surely = (pod: Workload): Carrier => ({ pod, surely: true });

function carriedBy(named: readonly PolicyPort[], pods: readonly Carrier[]): 'yes' | 'perhaps' | 'no' {
  const found = pods.filter(({ pod }) => named.some((port) => numbersOf(port, [pod]).length > 0));
  return found.some(({ surely: isSure }) => isSure) ? 'yes' : found.length > 0 ? 'perhaps' : 'no';
}

/** A name is what pods of the policy's own namespace give it, and counts towards everyone. */
function towardsAnyone(
  rule: RuleOfPorts,
  taking: Taking,
  carriers: Carriers,
  { version, atLeast }: NetworkPlugin,
): readonly PolicyRule[] {
  if ((minorOf(version ?? atLeast) ?? 0) < 1002) {
    taking.doubt(
      `it has a named port for egress towards everyone, which kube-router takes from 1.2 on (${KUBE_ROUTER_EGRESS}), and whether the version that runs does is not known`,
    );
  }
  const ports = rule.ports.flatMap((port): readonly PolicyPort[] => {
    if (!isNamed(port)) return [port];
    const numbers = numbersOf(port, carriers.neighbours());
    const means = numbers.length === 0 ? 'none' : numbers.join(' and ');
    const does = `takes its named port ${names([port])} as what pods of ${taking.policy.namespace} give it, towards everyone: ${means}`;
    taking.remark('egress', does, KUBE_ROUTER_EGRESS);
    return numbers.map((number) => ({ ...port, port: number }));
  });
  return ports.length === 0 ? [] : [{ ...rule, ports }];
}

/** Of egress: a name is nothing towards everyone, and nothing behind an ipBlock. */
function towardsPodsAlone(rule: RuleOfPorts, remark: (does: string) => void): readonly PolicyRule[] {
  const numbered = rule.ports.filter((port) => !isNamed(port));
  const named = rule.ports.filter(isNamed);
  const withPeers = (peers: readonly PolicyPeer[] | undefined, ports: readonly PolicyPort[]): readonly PolicyRule[] =>
    ports.length === 0 || peers?.length === 0 ? [] : [{ ...rule, ...(peers !== undefined && { peers }), ports }];
  const does = `takes its named port ${names(named)} towards pods alone that a rule selects by labels`;
  if (rule.peers === undefined) {
    remark(does);
    return withPeers(undefined, numbered);
  }
  const blocks = rule.peers.filter(({ kind }) => kind === 'ipBlock');
  if (blocks.length === 0) return [rule];
  remark(does);
  const pods = rule.peers.filter(({ kind }) => kind === 'pods');
  return [...withPeers(pods, rule.ports), ...withPeers(blocks, numbered)];
}
