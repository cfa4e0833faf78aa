import { type Labels, selects } from '../../requirements/selector.ts';
import { type Cidr, isStrictSubset, parseCidr } from './cidr.ts';
import type { Field } from './field.ts';
import { readLabels, readSelector } from './labels.ts';
import type { KubeObject } from './objects.ts';
import { Unmodelled } from './unmodelled.ts';

/** A CiliumCIDRGroup. https://docs.cilium.io/en/stable/network/kubernetes/ciliumcidrgroup/ */
export interface CidrGroup {
  readonly name: string;
  readonly labels: Labels;
  readonly cidrs: readonly Cidr[];
}

const API_VERSIONS = ['cilium.io/v2', 'cilium.io/v2alpha1'];

export function readCidrGroup({ apiVersion, kind, name, root }: KubeObject): CidrGroup {
  if (!API_VERSIONS.includes(apiVersion)) {
    root.get('apiVersion').problem(`${JSON.stringify(apiVersion)} has no kind ${kind}`, {
      hint: 'Write apiVersion: cilium.io/v2 (before Cilium 1.18: cilium.io/v2alpha1).',
    });
  }
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec']);
  const spec = root.get('spec');
  spec.allowOnly(['externalCIDRs']);
  if (!spec.get('externalCIDRs').present) spec.problem('must have externalCIDRs');
  const cidrs = spec.get('externalCIDRs').items().flatMap(readCidr);
  return { name, labels: readLabels(root.at('metadata', 'labels')), cidrs };
}

function readCidr(item: Field): readonly Cidr[] {
  const text = item.text() ?? '';
  const cidr = parseCidr(text);
  if (cidr === undefined) item.problem(`must be a CIDR such as 10.9.8.0/24, not ${JSON.stringify(text)}`);
  return cidr === undefined ? [] : [cidr];
}

/**
 * The CIDRs of the group that is named.
 * @throws Unmodelled where it is not there
 */
export function cidrsOfGroup(field: Field, groups: readonly CidrGroup[]): readonly Cidr[] {
  const name = field.text() ?? '';
  const group = groups.find((one) => one.name === name);
  if (group === undefined) throw new Unmodelled(`it names the CiliumCIDRGroup ${name}, which is not in the input`);
  return group.cidrs;
}

/**
 * The CIDRs of all groups with these labels. An address has those of every group that holds it, and where two have the
 * same key, the value of the longer CIDR: where groups overlap, whom a selector is met by is not modelled.
 * https://github.com/cilium/cilium/blob/v1.18.0/pkg/ipcache/metadata.go
 * @throws Unmodelled where no group has them, or what is met by them may not be what their groups hold
 */
export function cidrsBySelector(field: Field, groups: readonly CidrGroup[]): readonly Cidr[] {
  const selector = readSelector(field);
  if (selects(selector, {})) {
    throw new Unmodelled('it has a cidrGroupSelector that asks for no label, which is met by more than groups');
  }
  const keys = [...Object.keys(selector.matchLabels), ...selector.matchExpressions.map(({ key }) => key)];
  const own = keys.find((key) => /^io\.cilium\b/.test(key));
  if (own !== undefined) throw new Unmodelled(`it selects groups by ${own}, a label of Cilium's own`);
  const selected = groups.filter(({ labels }) => selects(selector, labels));
  if (selected.length === 0)
    throw new Unmodelled('it has a cidrGroupSelector, and no group in the input has such labels');
  const clash = clashOf(groups, selected);
  if (clash !== undefined) {
    throw new Unmodelled(
      `it selects CIDR groups by their labels, and the CIDRs of ${clash[0].name} and ${clash[1].name} overlap`,
    );
  }
  return selected.flatMap(({ cidrs }) => cidrs);
}

/** Two groups that share addresses, unless both are selected. */
function clashOf(
  groups: readonly CidrGroup[],
  selected: readonly CidrGroup[],
): readonly [CidrGroup, CidrGroup] | undefined {
  for (const [index, one] of groups.entries()) {
    const other = groups
      .slice(index + 1)
      .find((next) => !(selected.includes(one) && selected.includes(next)) && doOverlap(one, next));
    if (other !== undefined) return [one, other];
  }
  return undefined;
}

function doOverlap(one: CidrGroup, other: CidrGroup): boolean {
  return one.cidrs.some((a) =>
    other.cidrs.some((b) => a.text === b.text || isStrictSubset(a, b) || isStrictSubset(b, a)),
  );
}
