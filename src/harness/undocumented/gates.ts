import { PROTOCOLS, type Direction, type Protocol } from '../../requirements/model.ts';
import { formatLine } from '../../source/position.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { asTaken } from '../predict/dialects/as-taken.ts';
import { compilePolicies, portsTowards, type CompiledPolicy, type CompiledRule } from '../predict/rules/compile.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { PolicyRef, Predictor, RuleRef, SideDecision } from '../predict/model.ts';

/** What lets a connection through at one end: a rule, or that nothing isolates that end. */
export type Gate =
  | { readonly kind: 'rule'; readonly rule: RuleRef }
  | { readonly kind: 'gap'; readonly workload: Workload; readonly direction: Direction };

/** The part of a set of connections that one rule lets through. */
export interface Share {
  readonly rule: RuleRef;
  readonly connections: ConnectionSet;
}

export type DecideAt = (protocol: Protocol, port: number) => SideDecision;

/** Which rules can let something through, and which of them do. */
export class Gates {
  readonly #predictor: Pick<Predictor, 'isolatedBy'>;
  readonly #policies: ReadonlyMap<string, CompiledPolicy>;
  readonly #rules: Readonly<Record<Direction, Map<Workload, readonly CompiledRule[] | undefined>>> = {
    ingress: new Map(),
    egress: new Map(),
  };

  constructor(inventory: Inventory, predictor: Pick<Predictor, 'isolatedBy'>) {
    this.#predictor = predictor;
    this.#policies = new Map(
      compilePolicies(asTaken(inventory).policies).map((policy) => [policyKey(policy.ref), policy]),
    );
  }

  /** The rules of the policies that isolate a workload; undefined where none does. */
  rulesOf(workload: Workload, direction: Direction): readonly CompiledRule[] | undefined {
    const memo = this.#rules[direction];
    if (memo.has(workload)) return memo.get(workload);
    const isolating = workload.hostNetwork ? [] : this.#predictor.isolatedBy(workload, direction);
    const rules =
      isolating.length === 0
        ? undefined
        : isolating.flatMap((ref) => this.#policies.get(policyKey(ref))?.rules[direction] ?? []);
    memo.set(workload, rules);
    return rules;
  }
}

/**
 * Which rule lets through which part of `open`, all of which is allowed; parts overlap where several rules do. A part
 * that no rule lets through (a node's traffic to its own pods) is in none.
 * @param rules those that may; others, if `decide` names them, are found as well
 */
export function sharesOf(
  open: ConnectionSet,
  rules: readonly CompiledRule[],
  destination: Workload | undefined,
  decide: DecideAt,
): readonly Share[] {
  const shares: Share[] = [];
  let left = open;
  for (const rule of rules) {
    const ports = portsTowards(rule.ports, destination);
    // Most rules of open clusters name no port: the set itself is kept, and with it the text that it was given.
    const connections = ports.isAll ? open : ports.intersect(open);
    const point = firstOf(connections);
    // A rule names its peers for all of its ports, so one of them tells.
    if (point === undefined) continue;
    if (!decide(point.protocol, point.from).allowedBy.some((ref) => ruleKey(ref) === ruleKey(rule.ref))) continue;
    shares.push({ rule: rule.ref, connections });
    left = connections === open ? ConnectionSet.NONE : left.subtract(connections);
  }
  for (let point = firstOf(left); point !== undefined; point = firstOf(left)) {
    const connections = ConnectionSet.of(point.protocol, point.from, point.to);
    for (const rule of decide(point.protocol, point.from).allowedBy) shares.push({ rule, connections });
    left = left.subtract(connections);
  }
  return shares;
}

/** The lowest range of a set. */
export function firstOf(
  set: ConnectionSet,
): { readonly protocol: Protocol; readonly from: number; readonly to: number } | undefined {
  for (const protocol of PROTOCOLS) {
    const [first] = set.intervals(protocol);
    if (first !== undefined) return { protocol, ...first };
  }
  return undefined;
}

/** Tells gates apart. */
export function gateKey(gate: Gate): string {
  return gate.kind === 'rule' ? ruleKey(gate.rule) : `${gate.workload.id} ${gate.direction}`;
}

/** Tells rules apart; a policy's id alone is not enough where kinds share a namespace. */
function ruleKey(ref: RuleRef): string {
  const known = keys.get(ref);
  if (known !== undefined) return known;
  const key = `${policyKey(ref)} ${ref.direction} ${ref.rule}`;
  keys.set(ref, key);
  return key;
}

/** A rule is asked about for every pair. */
const keys = new WeakMap<RuleRef, string>();

/** Tells policies apart. */
export function policyKey({ policy, position }: PolicyRef): string {
  return `${policy} ${formatLine(position)}`;
}
