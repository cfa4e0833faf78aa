import type { AdminPolicy, AdminRule, Since } from '../../inventory/admin-model.ts';
import type { Inventory, NetworkPlugin, UnmodelledPolicy } from '../../inventory/model.ts';
import { minorOf } from './plugin-version.ts';

type Has = 'yes' | 'no' | 'perhaps';

/**
 * The policies of Cilium as the version that runs has them. What hangs on a version that is not known is not known: of
 * a rule, what it lets through or denies besides; of a policy, all.
 */
export function asItsVersionHas(inventory: Inventory): Inventory {
  const { adminPolicies, plugin, unmodelled } = inventory;
  if (!adminPolicies.some(hangsOnVersion)) return inventory;
  const lost = adminPolicies.filter(({ since }) => since !== undefined && has(since, plugin) !== 'yes');
  return {
    ...inventory,
    adminPolicies: adminPolicies
      .filter((policy) => !lost.includes(policy))
      .map((policy) => ({
        ...policy,
        ingress: policy.ingress.flatMap((rule) => ruleOf(rule, plugin)),
        egress: policy.egress.flatMap((rule) => ruleOf(rule, plugin)),
      })),
    unmodelled: [...unmodelled, ...lost.filter(({ isolates }) => isolates).map(unmodelledOf)],
  };
}

function hangsOnVersion({ since, ingress, egress }: AdminPolicy): boolean {
  return since !== undefined || [...ingress, ...egress].some(({ peers }) => peers.some((peer) => sinceOf(peer)));
}

function sinceOf(peer: AdminRule['peers'][number]): Since | undefined {
  return 'since' in peer ? peer.since : undefined;
}

function has({ minor, isRefusedBefore }: Since, { name, version }: NetworkPlugin): Has {
  const known = name === 'cilium' ? minorOf(version) : undefined;
  if (known === undefined) return isRefusedBefore === true ? 'yes' : 'perhaps';
  return known >= minor ? 'yes' : 'no';
}

/** The rule without what this version lacks, and beside it, with its doubt, what the version may lack. */
function ruleOf(rule: AdminRule, plugin: NetworkPlugin): readonly AdminRule[] {
  const held = (wanted: Has) =>
    rule.peers.filter((peer) => {
      const since = sinceOf(peer);
      return (since === undefined ? 'yes' : has(since, plugin)) === wanted;
    });
  const perhaps = held('perhaps');
  const [why] = perhaps.flatMap((peer) => sinceOf(peer)?.why ?? []);
  if (why === undefined) return [{ ...rule, peers: held('yes') }];
  const doubt = rule.doubt ?? `${why}, and which version runs is not known`;
  return [
    { ...rule, peers: held('yes') },
    { ...rule, peers: perhaps, doubt },
  ];
}

function unmodelledOf({ kind, id, since, position }: AdminPolicy): UnmodelledPolicy {
  const [namespace, name] = id.split('/');
  const home = name === undefined || namespace === undefined ? {} : { namespace };
  return { kind, id, ...home, reason: since?.why ?? 'its version is not known', position };
}
