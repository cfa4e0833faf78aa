import { EVERYTHING, type LabelSelector, selects } from '../../../requirements/selector.ts';
import type { Direction } from '../../../requirements/model.ts';
import type {
  NetworkPlugin,
  NetworkPolicy,
  PolicyPeer,
  PolicyPort,
  PolicyRule,
  UnmodelledPolicy,
  Workload,
} from '../../inventory/model.ts';
import type { TakenPolicy } from './taken.ts';
import { minorOf } from './plugin-version.ts';
import { DIRECTIONS, Taking } from './taking.ts';

const POLICY_TYPES = 'https://github.com/cilium/cilium/issues/48703';
const RANGES = 'https://docs.cilium.io/en/v1.15/network/kubernetes/policy/#networkpolicy';
const PORT_NAMES = 'https://github.com/cilium/cilium/issues/30003';
const NOT_IN = 'https://github.com/cilium/cilium/issues/46949';

/** What Cilium made of each, before this version. */
const SINCE = { ranges: 1016, selectors: 1019, portNames: 1020 } as const;

/** Whether a selector that names namespaces by exclusion alone is met by what has no labels. */
export type Unlabelled = 'yes' | 'no' | 'perhaps';

/** Said of such a rule. */
export const UNLABELLED = `Cilium before 1.19 takes it for nodes and addresses outside as well (${NOT_IN})`;

export function unlabelledOf({ version }: NetworkPlugin): Unlabelled {
  const minor = minorOf(version);
  return minor === undefined ? 'perhaps' : minor < SINCE.selectors ? 'yes' : 'no';
}

/**
 * A NetworkPolicy as Cilium takes it, where that is not the letter of the API: observed on 1.15, and documented where
 * the remarks say. Unmodelled where it hangs on Cilium's version, which is not known.
 */
export function asCiliumTakes(
  policy: NetworkPolicy,
  version: string | undefined,
  workloads: readonly Workload[],
): TakenPolicy | UnmodelledPolicy {
  const reading = new Reading(policy, minorOf(version), workloads);
  const directions = DIRECTIONS.filter((direction) => reading.enforces(direction));
  return reading.taking.finish(directions, (direction) => reading.rules(direction));
}

/** What of a policy hangs on Cilium and its version. */
class Reading {
  readonly taking: Taking;
  readonly #policy: NetworkPolicy;
  readonly #minor: number | undefined;
  readonly #workloads: readonly Workload[];

  constructor(policy: NetworkPolicy, minor: number | undefined, workloads: readonly Workload[]) {
    this.taking = new Taking(policy, 'Cilium');
    this.#policy = policy;
    this.#minor = minor;
    this.#workloads = workloads;
  }

  /** Rules count although policyTypes leave their direction out. */
  enforces(direction: Direction): boolean {
    return this.#policy.directions.includes(direction) || this.#policy[direction].length > 0;
  }

  rules(direction: Direction): readonly PolicyRule[] {
    const { directions, [direction]: rules } = this.#policy;
    if (rules.length > 0 && !directions.includes(direction)) {
      this.taking.remark(
        direction,
        `enforces its ${direction} rules although its policyTypes leave ${direction} out`,
        POLICY_TYPES,
      );
    }
    return rules.flatMap((rule) => this.#rule(direction, rule));
  }

  /** A rule of whose ports nothing is left allows nothing. */
  #rule(direction: Direction, rule: PolicyRule): readonly PolicyRule[] {
    const ports = rule.ports?.flatMap((port) => this.#port(direction, port));
    if (ports?.length === 0) return [];
    const peers = rule.peers?.flatMap((peer) => this.#peer(direction, peer));
    return [{ ...rule, ...(ports && { ports }), ...(peers && { peers }) }];
  }

  #port(direction: Direction, port: PolicyPort): readonly PolicyPort[] {
    const { port: first, endPort, ...rest } = port;
    if (typeof first === 'string') return direction === 'egress' ? this.#named(port, first) : [port];
    if (first === undefined || endPort === undefined || endPort === first) return [port];
    if (
      !this.#isBefore(
        SINCE.ranges,
        `it has a range of ports, of which Cilium before 1.16 takes the first alone (${RANGES})`,
      )
    ) {
      return [port];
    }
    this.taking.remark(direction, `before 1.16 takes of its range ${first}-${endPort} the first port alone`, RANGES);
    return [{ ...rest, port: first }];
  }

  /** Towards others, a name is the one number that all pods of the cluster give it, and none where they differ. */
  #named(port: PolicyPort, name: string): readonly PolicyPort[] {
    const doubt = `it has a named port (${name}) for egress, which Cilium before 1.20 takes as one number for the whole cluster (${PORT_NAMES})`;
    if (!this.#isBefore(SINCE.portNames, doubt)) return [port];
    const numbers = this.#numbersOf(name, port.protocol);
    const [number, ...others] = numbers;
    const means =
      number === undefined || others.length > 0 ? `none (${numbers.join(', ') || 'no pod has it'})` : number;
    this.taking.remark(
      'egress',
      `before 1.20 takes its named port ${name} as one number for all pods of the cluster: ${means}`,
      PORT_NAMES,
    );
    return number === undefined || others.length > 0 ? [] : [{ ...port, port: number }];
  }

  #numbersOf(name: string, protocol: PolicyPort['protocol']): readonly number[] {
    const numbers = this.#workloads
      .filter(({ hostNetwork }) => !hostNetwork)
      .flatMap(({ ports }) => ports.filter((port) => port.name === name && port.protocol === protocol));
    return [...new Set(numbers.map(({ port }) => port))].sort((a, b) => a - b);
  }

  /** A selector that only excludes is met by what has no labels: addresses outside, and nodes. */
  #peer(direction: Direction, peer: PolicyPeer): readonly PolicyPeer[] {
    if (peer.kind !== 'pods' || peer.namespaceSelector === undefined || isEmpty(peer.namespaceSelector)) return [peer];
    const { namespaceSelector, podSelector = EVERYTHING } = peer;
    if (!selects(namespaceSelector, {}) || !selects(podSelector, {})) return [peer];
    const doubt = `it has a namespaceSelector that only excludes, by which Cilium before 1.19 lets in addresses outside (${NOT_IN})`;
    if (!this.#isBefore(SINCE.selectors, doubt)) return [peer];
    this.taking.remark(
      direction,
      'before 1.19 takes its namespaceSelector that only excludes for addresses outside as well',
      NOT_IN,
    );
    const { position } = peer;
    return [peer, ...['0.0.0.0/0', '::/0'].map((cidr) => ({ kind: 'ipBlock' as const, cidr, except: [], position }))];
  }

  #isBefore(minor: number, doubt: string): boolean {
    if (this.#minor === undefined) this.taking.doubt(`${doubt}, and which version runs is not known`);
    return this.#minor !== undefined && this.#minor < minor;
  }
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
