import type { Since } from './admin-model.ts';
import type { Field } from './field.ts';

const GROUPS = 'https://docs.cilium.io/en/stable/network/kubernetes/ciliumcidrgroup/';

const DEFAULT_DENY: Since = { minor: 1016, why: 'it has enableDefaultDeny, which Cilium takes from 1.16 on' };
/** Before, its agents refuse the policy, which the API server took. */
const GROUP_ELSEWHERE: Since = {
  minor: 1016,
  why: `it has cidrGroupRef elsewhere than in ingress, which Cilium takes from 1.16 on (${GROUPS})`,
};
const GROUPS_BY_LABELS: Since = {
  minor: 1017,
  why: `it has cidrGroupSelector, which Cilium takes from 1.17 on (${GROUPS})`,
  isRefusedBefore: true,
};

/** Before, agents refuse it likewise. */
const PORTS_OF_SERVICES: Since = {
  minor: 1017,
  why: 'it has ports beside toServices, which Cilium takes from 1.17 on (https://github.com/cilium/cilium/issues/20067)',
};

/** From which version on a whole object is taken; undefined: every one takes it. */
export function sinceOfObject(specs: readonly Field[]): Since | undefined {
  const sets = specs.flatMap((spec) => [
    ...cidrSets(spec, ['ingress'], 'fromCIDRSet').map((item) => ({ item, isElsewhere: false })),
    ...cidrSets(spec, ['ingressDeny'], 'fromCIDRSet').map((item) => ({ item, isElsewhere: true })),
    ...cidrSets(spec, ['egress', 'egressDeny'], 'toCIDRSet').map((item) => ({ item, isElsewhere: true })),
  ]);
  return latest(
    sets.some(({ item }) => item.get('cidrGroupSelector').present) && GROUPS_BY_LABELS,
    sets.some(({ item, isElsewhere }) => isElsewhere && item.get('cidrGroupRef').present) && GROUP_ELSEWHERE,
    specs.some((spec) => spec.get('egress').items().some(hasPortsOfServices)) && PORTS_OF_SERVICES,
  );
}

/** Likewise of one of its specs, which counts beside what the whole object asks for. */
export function sinceOfSpec(spec: Field, ofObject: Since | undefined): Since | undefined {
  const directions = [spec.at('enableDefaultDeny', 'ingress'), spec.at('enableDefaultDeny', 'egress')];
  return latest(ofObject, directions.some(({ present }) => present) && DEFAULT_DENY);
}

function cidrSets(spec: Field, sections: readonly string[], key: string): readonly Field[] {
  return sections.flatMap((section) =>
    spec
      .get(section)
      .items()
      .flatMap((rule) => rule.get(key).items()),
  );
}

function hasPortsOfServices(rule: Field): boolean {
  return rule.get('toServices').items().length > 0 && rule.get('toPorts').items().length > 0;
}

/** What the latest version has, all of the others have been there for. */
function latest(...found: readonly (Since | undefined | false)[]): Since | undefined {
  const [last] = found.flatMap((since) => since || []).toSorted((a, b) => b.minor - a.minor);
  return last;
}
