import { PROTOCOLS, type Protocol } from '../../requirements/model.ts';
import { formatLine } from '../../source/position.ts';
import type { Inventory, PolicyPort, Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Allowance, Decision, PolicyRef, Prediction, RuleRef, SideDecision } from '../predict/model.ts';

/** Connections that the same rules decide, with their decision. */
export interface Part {
  readonly connections: ConnectionSet;
  readonly decision: Decision;
}

type Edges = Readonly<Record<Protocol, readonly number[]>>;

/** Cuts what is asked where a rule begins or ends to match: between two cuts one port speaks for all. */
export class Parts {
  readonly #adminEdges: readonly PolicyPort[];
  readonly #byNamespace: ReadonlyMap<string, readonly PolicyPort[]>;
  readonly #known = new Map<string, Edges>();

  constructor({ policies, adminPolicies, services }: Pick<Inventory, 'policies' | 'adminPolicies' | 'services'>) {
    // Calico's rules name services, and mean the ports behind them.
    const behind = services.flatMap(({ ports, position }) =>
      ports.map(({ protocol, targetPort }) => ({ protocol, port: targetPort, position })),
    );
    this.#adminEdges = [...portsOf(adminPolicies), ...(adminPolicies.length > 0 ? behind : [])];
    this.#byNamespace = new Map(
      [...Map.groupBy(policies, ({ namespace }) => namespace)].map(([name, all]) => [name, portsOf(all)]),
    );
  }

  /** Absent ends are outside the cluster. */
  of(
    prediction: Prediction,
    connections: ConnectionSet,
    from: Workload | undefined,
    to: Workload | undefined,
  ): readonly Part[] {
    const edges = this.#edges(from, to);
    const found = new Map<string, Part>();
    for (const protocol of PROTOCOLS) {
      for (const { from: first, to: last } of connections.intervals(protocol)) {
        const starts = [first, ...edges[protocol].filter((edge) => edge > first && edge <= last)];
        starts.forEach((start, index) => {
          const piece = ConnectionSet.of(protocol, start, (starts[index + 1] ?? last + 1) - 1);
          const decision = prediction.decide(protocol, start);
          const key = decisionKey(decision);
          const same = found.get(key);
          found.set(key, {
            decision: same?.decision ?? decision,
            connections: same?.connections.union(piece) ?? piece,
          });
        });
      }
    }
    return [...found.values()];
  }

  /** Where one port and the next may be decided differently; names stand for ports that the destination declares. */
  #edges(from: Workload | undefined, to: Workload | undefined): Edges {
    const key = JSON.stringify([
      from?.namespace,
      to?.namespace,
      to?.ports.map(({ protocol, port }) => [protocol, port]),
    ]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const specs = [from, to].flatMap((end) => (end === undefined ? [] : (this.#byNamespace.get(end.namespace) ?? [])));
    const all = [...specs, ...this.#adminEdges, ...(to?.ports ?? []).map((port): Omit<PolicyPort, 'position'> => port)];
    const edgesOf = (protocol: Protocol): readonly number[] =>
      [...new Set(all.filter((spec) => spec.protocol === protocol).flatMap(edgesOfPort))].sort((a, b) => a - b);
    const edges: Edges = { TCP: edgesOf('TCP'), UDP: edgesOf('UDP'), SCTP: edgesOf('SCTP') };
    this.#known.set(key, edges);
    return edges;
  }
}

function edgesOfPort({ port, endPort }: Pick<PolicyPort, 'port' | 'endPort'>): readonly number[] {
  return typeof port === 'number' ? [port, (endPort ?? port) + 1] : [];
}

interface WithRules {
  readonly ingress: readonly WithPorts[];
  readonly egress: readonly WithPorts[];
}

interface WithPorts {
  readonly ports?: readonly PolicyPort[];
  readonly notPorts?: readonly PolicyPort[];
}

function portsOf(policies: readonly WithRules[]): readonly PolicyPort[] {
  return policies
    .flatMap(({ ingress, egress }) => [...ingress, ...egress])
    .flatMap(({ ports, notPorts }) => [...(ports ?? []), ...(notPorts ?? [])]);
}

/** What is allowed differs by the rules that allow it; what is denied by the ends that do, and by rules that deny. */
export function rulesKey({ outcome, egress, ingress }: Decision): string {
  return JSON.stringify([outcome, ...[egress, ingress].map((side) => sideRulesKey(outcome, side))]);
}

function sideRulesKey(outcome: Allowance, side: SideDecision): unknown {
  const refs = (rules: readonly RuleRef[] = []): readonly string[] => rules.map(ruleKey);
  const passed = refs(side.passedBy);
  if (outcome === 'allowed') {
    return [refs(side.allowedBy), passed, side.allowedBy.length === 0 && (side.exempt ?? side.isolatedBy.length)];
  }
  return side.outcome === outcome ? [true, refs(side.deniedBy), passed] : [false];
}

function decisionKey({ outcome, egress, ingress, reason }: Decision): string {
  return JSON.stringify([outcome, sideKey(egress), sideKey(ingress), reason]);
}

function sideKey({ outcome, isolatedBy, allowedBy, deniedBy, passedBy, nearMisses, ...rest }: SideDecision): unknown {
  const refs = [allowedBy, deniedBy, passedBy].map((found) => found?.map(ruleKey));
  const near = nearMisses?.map(({ rule, lacks }) => [ruleKey(rule), lacks]);
  return [outcome, isolatedBy.map(policyKey), ...refs, near, rest.exempt, rest.unknown];
}

/** Tells policies apart; a name alone is not enough where kinds share a namespace. */
export function policyKey({ policy, position }: PolicyRef): string {
  return `${policy} ${formatLine(position)}`;
}

/** Tells rules apart. */
export function ruleKey(ref: RuleRef): string {
  return `${policyKey(ref)} ${ref.direction} ${ref.rule}`;
}
