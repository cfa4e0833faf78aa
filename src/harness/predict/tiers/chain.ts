import type { Algebra, Program, Selected } from './program.ts';

/** What is tried at one place of a tier: rules of policies, or the NetworkPolicies of namespaces as a whole. */
export type Part = Program | 'policies';

/** Policies that are tried together, and what becomes of connections that none of their rules decides. */
export interface Tier {
  readonly name: string;
  /** In their order; parts of one place have none. */
  readonly places: readonly (readonly Part[])[];
  /** `either`: it is not known whether a policy of the tier selects these pods. */
  readonly end: 'pass' | 'deny' | 'either';
  /** Policies whose selecting makes the end a denial, NetworkPolicies apart. */
  readonly endedBy: readonly Selected[];
  /** What the end rests on. */
  readonly notes: readonly string[];
}

/** The programs of tiers, in their order. */
export function programsIn(tiers: readonly Tier[]): readonly Program[] {
  return tiers.flatMap(({ places }) => places.flat()).flatMap((part) => (part === 'policies' ? [] : [part]));
}

/** In place of the NetworkPolicies, for traffic that they leave alone. */
const EXEMPTION: Tier = { name: 'exemption', places: [['policies']], end: 'pass', endedBy: [], notes: [] };

/** What has a say of traffic that no isolation concerns: all rules but default denies, then whoever answers for `policies`. */
export function besideIsolation<Tiers extends { readonly chain: readonly Tier[] }>(tiers: Tiers): Tiers {
  const ruling = tiers.chain.filter((tier) =>
    programsIn([tier]).some(({ lanes }) => lanes.flat(3).some(({ policy }) => !policy.isolates)),
  );
  return { ...tiers, chain: [...ruling, EXEMPTION] };
}

/** Sets at the addresses where a peer may be met, and at those where it surely is: only there is it denied. */
export interface Open<Set> {
  readonly perhaps: Set;
  readonly surely: Set;
}

/** What a part makes of connections, at all addresses of the peer together. */
export interface Verdict<Set> {
  readonly accept: Set;
  readonly deny: Set;
  readonly pass: Open<Set>;
  readonly rest: Open<Set>;
}

export interface Asked<Set> {
  /** What a part makes of all connections; asked only where some get there. */
  readonly part: (part: Part, tier: Tier) => Verdict<Set>;
  /** Told where connections get to the end of a tier. */
  readonly end: (tier: Tier) => void;
}

/** Both sets together are all; what is in both is not settled. */
export interface Decided<Set> {
  readonly accept: Set;
  readonly deny: Set;
}

/**
 * Takes all connections through tiers: what a rule passes, and what gets to the end of a tier that passes, goes to the
 * next; what gets through all of them is accepted.
 * https://docs.tigera.io/calico/latest/reference/resources/tier#how-policy-is-evaluated
 */
export function runChain<Set>(tiers: readonly Tier[], algebra: Algebra<Set>, asked: Asked<Set>): Decided<Set> {
  const { none, all } = algebra;
  let [accept, deny] = [none, none];
  let open: Open<Set> = { perhaps: all, surely: all };
  for (const tier of tiers) {
    if (open.perhaps === none) break;
    const after = runTier(tier, open, algebra, asked);
    accept = algebra.union(accept, after.accept);
    deny = algebra.union(deny, after.deny);
    open = after.pass;
  }
  return { accept: algebra.union(accept, open.perhaps), deny };
}

function runTier<Set>(tier: Tier, before: Open<Set>, algebra: Algebra<Set>, asked: Asked<Set>) {
  const { union, none } = algebra;
  let [accept, deny] = [none, none];
  let open = before;
  let passed: Open<Set> = { perhaps: none, surely: none };
  for (const place of tier.places) {
    if (open.perhaps === none) break;
    const said = place.map((part) => within(asked.part(part, tier), open, algebra));
    accept = said.reduce((sum, one) => union(sum, one.accept), accept);
    deny = said.reduce((sum, one) => union(sum, one.deny), deny);
    passed = said.reduce((sum, one) => combine(sum, one.pass, union), passed);
    open = said.reduce((left, one) => combine(left, one.rest, algebra.intersect), open);
  }
  if (open.perhaps !== none) asked.end(tier);
  if (tier.end === 'pass') return { accept, deny, pass: combine(passed, open, union) };
  const ended = { accept, deny: union(deny, open.surely) };
  return { ...ended, pass: tier.end === 'deny' ? passed : combine(passed, open, union) };
}

function within<Set>(said: Verdict<Set>, open: Open<Set>, { intersect }: Algebra<Set>): Verdict<Set> {
  return {
    accept: intersect(open.perhaps, said.accept),
    deny: intersect(open.surely, said.deny),
    pass: combine(open, said.pass, intersect),
    rest: combine(open, said.rest, intersect),
  };
}

function combine<Set>(a: Open<Set>, b: Open<Set>, how: (a: Set, b: Set) => Set): Open<Set> {
  return { perhaps: how(a.perhaps, b.perhaps), surely: how(a.surely, b.surely) };
}
