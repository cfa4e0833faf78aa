import type { Direction } from '../../../requirements/model.ts';
import type { Namespace } from '../../inventory/model.ts';
import type { TierPlace } from '../rules/admin-compile.ts';
import { undefinedNamespaceNote } from '../ends/namespaces.ts';
import type { Part, Tier } from './chain.ts';
import { programOf, type Selected } from './program.ts';

/** The tier of Calico in which the NetworkPolicies of namespaces stand, at this place among its own policies. */
const DEFAULT: TierPlace = { key: 'tier default', name: 'default', order: 1_000_000, end: 'deny' };
const ORDER_OF_NETWORK_POLICIES = 1000;

/**
 * The tiers that have a say of pods, in their order: administrators' policies, then NetworkPolicies, then the baseline;
 * tiers of Calico before, between and behind, and its tier `default` around the NetworkPolicies.
 * https://network-policy-api.sigs.k8s.io/api-overview/
 * https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy
 * @param selected policies in tiers that are enforced, select these pods and have their say in the direction
 * @param isIsolated whether NetworkPolicies isolate the pods
 */
export function chainOf(
  selected: readonly Selected[],
  direction: Direction,
  isIsolated: boolean,
  namespace: Namespace,
): readonly Tier[] {
  const tiers = Map.groupBy(selected, ({ policy }) => policy.tier.key);
  const places = [...tiers].map(([key, found]) => ({ key, found, ...firstOf(found) }));
  if (isIsolated && !tiers.has(DEFAULT.key)) places.push({ ...DEFAULT, found: [] });
  return places
    .sort((a, b) => (a.order === b.order ? byName(a, b) : a.order < b.order ? -1 : 1))
    .map(({ key, name, end, found }) =>
      tierOf(name, end, found, direction, isIsolated && key === DEFAULT.key, namespace),
    );
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Administrators' kinds have tiers of several names, at one place. */
function firstOf(found: readonly Selected[]): Pick<TierPlace, 'name' | 'order' | 'end'> {
  const [first] = found.map(({ policy }) => policy.tier).sort(byName);
  if (first === undefined) throw new TypeError('a tier has policies');
  return { name: first.name, order: first.order, end: first.end };
}

function tierOf(
  name: string,
  end: TierPlace['end'],
  found: readonly Selected[],
  direction: Direction,
  hasPolicies: boolean,
  namespace: Namespace,
): Tier {
  const endedBy = end === 'pass' ? [] : found.filter(({ match }) => match !== 'assumedNo');
  const isSure = hasPolicies || endedBy.some(({ match }) => match !== 'unknown');
  const isSettled = hasPolicies || endedBy.some(({ match }) => match === 'yes');
  const rests = end !== 'pass' && !isSettled && found.some(({ match }) => match.startsWith('assumed'));
  const open = endedBy.length > 0 ? 'either' : 'pass';
  return {
    name,
    places: hasPolicies ? aroundPolicies(found, direction) : placesOf(found, direction),
    end: end === 'pass' ? 'pass' : isSure ? 'deny' : open,
    endedBy,
    notes: rests ? [undefinedNamespaceNote(namespace)] : [],
  };
}

function placesOf(found: readonly Selected[], direction: Direction, beside: readonly Part[] = []): (readonly Part[])[] {
  const program = programOf(found, direction);
  const parts = [...beside, ...(program === undefined ? [] : [program])];
  return parts.length === 0 ? [] : [parts];
}

/** A policy of the same order as the NetworkPolicies comes before or behind them by names that versions write otherwise. */
function aroundPolicies(found: readonly Selected[], direction: Direction): readonly (readonly Part[])[] {
  const at = (test: (order: number) => boolean) => found.filter(({ policy }) => test(policy.priority));
  return [
    ...placesOf(
      at((order) => order < ORDER_OF_NETWORK_POLICIES),
      direction,
    ),
    ...placesOf(
      at((order) => order === ORDER_OF_NETWORK_POLICIES),
      direction,
      ['policies'],
    ),
    ...placesOf(
      at((order) => order > ORDER_OF_NETWORK_POLICIES),
      direction,
    ),
  ];
}
