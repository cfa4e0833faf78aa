import type { Direction } from '../../../requirements/model.ts';
import { formatLine } from '../../../source/position.ts';
import type { NetworkPlugin, NetworkPolicy, PolicyPort, PolicyRule, UnmodelledPolicy } from '../../inventory/model.ts';
import type { Carriers } from './named-port-carriers.ts';
import type { TakenPolicy } from './taken.ts';

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** One policy on its way from the letter to what a plugin makes of it. */
export class Taking {
  readonly policy: NetworkPolicy;
  readonly #plugin: string;
  readonly #remarks = { ingress: new Set<string>(), egress: new Set<string>() };
  #unsettled: string | undefined;

  /** @param plugin its name, as a sentence's subject */
  constructor(policy: NetworkPolicy, plugin: string) {
    this.policy = policy;
    this.#plugin = plugin;
  }

  /** What answers of a direction rest on: `does`, as the sentence's end, and where that is documented. */
  remark(direction: Direction, does: string, link: string): void {
    const { id, position } = this.policy;
    this.#remarks[direction].add(`of policy ${id} (${formatLine(position)}) ${this.#plugin} ${does} (${link})`);
  }

  /** Why it is not known what the plugin makes of it, as a sentence's end; the first one is told. */
  doubt(why: string): void {
    this.#unsettled ??= why;
  }

  /** Unmodelled where something about it is not known. */
  finish(
    directions: readonly Direction[],
    rulesOf: (direction: Direction) => readonly PolicyRule[],
  ): TakenPolicy | UnmodelledPolicy {
    const [ingress, egress] = [rulesOf('ingress'), rulesOf('egress')];
    const { kind, id, namespace, position } = this.policy;
    if (this.#unsettled !== undefined) return { kind, id, namespace, position, reason: this.#unsettled };
    const remarks = { ingress: [...this.#remarks.ingress], egress: [...this.#remarks.egress] };
    return { policy: { ...this.policy, directions, ingress, egress }, remarks };
  }
}

/** How a plugin takes the ports of one rule; none: the rule lets nothing through. */
export type TakePorts = (rule: RuleOfPorts, direction: Direction, context: TakingContext) => readonly PolicyRule[];

export type RuleOfPorts = PolicyRule & { readonly ports: readonly PolicyPort[] };

export interface TakingContext {
  readonly taking: Taking;
  readonly carriers: Carriers;
  readonly plugin: NetworkPlugin;
}
