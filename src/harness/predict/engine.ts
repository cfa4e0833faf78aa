import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { CILIUM_LANE, compileAdminPolicies } from './rules/admin-compile.ts';
import { asTaken } from './dialects/as-taken.ts';
import { ClassRegistry, type PodClass } from './classes/classes.ts';
import { compilePolicies, type CompiledPolicy, type PodPeer } from './rules/compile.ts';
import { ConnectionTable } from './sets/connection-table.ts';
import { asEnforced } from './dialects/dialect-policies.ts';
import { dialectOf, type Dialect } from './dialects/dialects.ts';
import { NamespaceIndex, type PredictorOptions } from './ends/namespaces.ts';
import { exemptAnswer, exemptSide, type NodeTraffic } from './sides/node-traffic.ts';
import { NoteTable } from './sets/note-table.ts';
import { outsider } from './ends/outsider.ts';
import { PeerMatcher } from './classes/peer-matcher.ts';
import type { Member, Peer, Point } from './classes/rule-match.ts';
import type { SideAnswer } from './sides/side-answer.ts';
import { decideSide } from './sides/side-decision.ts';
import { SideSets } from './sides/side-sets.ts';
import { SideTable, type Side } from './sets/side-table.ts';
import { besideIsolation, programsIn } from './tiers/chain.ts';
import type { SidePart } from './sides/tier-sides.ts';
import { decideTiers } from './sides/tier-decision.ts';
import { variantsOf } from './ends/variants.ts';

/** Everything that is computed once for an inventory, and the questions about one end of a connection. */
export class Engine {
  readonly policies: readonly CompiledPolicy[];
  readonly workloads: readonly Workload[];
  readonly dialect: Dialect;
  readonly table = new SideTable(new ConnectionTable(), new NoteTable());
  readonly #registry: ClassRegistry;
  readonly #matcher: PeerMatcher;
  readonly #sides: SideSets;
  readonly #members = new WeakMap<Workload, readonly Member[]>();

  constructor(read: Inventory, options: PredictorOptions) {
    const inventory = asEnforced(read);
    const namespaces = new NamespaceIndex(inventory, options);
    const peers = new Map<string, PodPeer>();
    this.workloads = inventory.workloads;
    this.dialect = dialectOf(inventory.plugin);
    const { policies, unmodelled } = asTaken(inventory);
    this.policies = compilePolicies(policies, peers);
    const tiers = compileAdminPolicies(inventory, namespaces, peers);
    this.#registry = new ClassRegistry(unmodelled, this.policies, tiers, namespaces, this.dialect);
    this.#matcher = new PeerMatcher(this.#registry, namespaces);
    this.#sides = new SideSets(this.#registry, this.#matcher, this.table);
    // Founding all classes first lets each row be computed once.
    for (const workload of [...inventory.workloads, outsider()]) this.membersOf(workload);
  }

  /** One member, or one for each way in which the workload's pods differ for policies. */
  membersOf(workload: Workload): readonly Member[] {
    const known = this.#members.get(workload);
    if (known) return known;
    const classes = new Set(variantsOf(workload).map((variant) => this.#registry.of(variant)));
    const members = [...classes].map((podClass) => ({ podClass, id: workload.id }));
    this.#members.set(workload, members);
    return members;
  }

  side(subject: PodClass, direction: Direction, peer: PodClass, traffic: NodeTraffic): Side {
    if (isBeneathDenials(subject, direction, traffic)) return this.#sides.beneathDenials(subject, direction, peer);
    const side = this.#sides.towards(subject, direction, peer);
    return isExempt(subject, traffic) ? exemptSide(side, besideTiers(subject, direction, traffic), this.table) : side;
  }

  decide(
    subject: Member,
    direction: Direction,
    peer: Peer,
    point: Point,
    traffic: NodeTraffic = { kind: 'none' },
  ): SideAnswer {
    const { podClass } = subject;
    if (traffic.kind === 'sameNode' && isBeneathDenials(podClass, direction, traffic)) {
      const exempt: SideAnswer = {
        decision: { outcome: 'allowed', isolatedBy: [], allowedBy: [], exempt: traffic.exempt },
        notes: [],
      };
      const tiers = besideIsolation(podClass.tiers[direction]);
      return decideTiers({ subject, direction, peer, point, matcher: this.#matcher }, () => exempt, tiers);
    }
    const answer = decideSide(subject, direction, peer, point, this.#matcher);
    return isExempt(podClass, traffic) ? exemptAnswer(answer, besideTiers(podClass, direction, traffic)) : answer;
  }

  addressParts(subject: PodClass, direction: Direction): readonly SidePart[] {
    return this.#sides.towardsAddresses(subject, direction);
  }
}

/** A policy that is not modelled may deny node traffic too, so its doubt stays. */
function isExempt({ unmodelled }: PodClass, traffic: NodeTraffic): boolean {
  return traffic.kind !== 'none' && unmodelled.length === 0;
}

/**
 * Cilium's own policies: what they deny wins over the exemption of the pod's node, and nothing else does.
 * https://docs.cilium.io/en/stable/network/kubernetes/concepts/#default-ingress-allow-from-local-host
 */
function isBeneathDenials(subject: PodClass, direction: Direction, traffic: NodeTraffic): boolean {
  if (traffic.kind !== 'sameNode' || !isExempt(subject, traffic)) return false;
  const selected = programsIn(subject.tiers[direction].chain).flatMap((program) => program.lanes.flat(3));
  const lanes = selected.map(({ policy }) => policy.lane);
  return lanes.length > 0 && lanes.every((lane) => lane === CILIUM_LANE);
}

/** The API of admin policies does not say whether they, too, let a node and its own pods alone. */
function besideTiers({ tiers }: PodClass, direction: Direction, traffic: NodeTraffic): NodeTraffic {
  if (traffic.kind !== 'sameNode' || tiers[direction].chain.length === 0) return traffic;
  return {
    kind: 'unknown',
    unknown: `${traffic.exempt}; whether from admin policies, too, is not settled by their API`,
  };
}
