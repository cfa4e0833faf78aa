import type { Labels } from '../../requirements/selector.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { AdminPolicy, CalicoObjects, CalicoTier, NetworkSet } from './admin-model.ts';
import { readNet } from './calico-ends.ts';
import { readCalicoPolicy, readOrder } from './calico-policies.ts';
import { type Field, isRecord } from './field.ts';
import { readLabels } from './labels.ts';
import type { Note } from './model.ts';
import type { KubeObject } from './objects.ts';
import { tryRead } from './unmodelled.ts';

/**
 * Tiers that every cluster with Calico has, or that hold Kubernetes' own administrators' policies.
 * https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy
 */
const BUILT_IN: readonly CalicoTier[] = [
  { name: 'default', order: 1_000_000, end: 'deny' },
  { name: 'adminnetworkpolicy', order: 1000, end: 'pass' },
  { name: 'kube-admin', order: 1000, end: 'pass' },
  { name: 'baselineadminnetworkpolicy', order: 10_000_000, end: 'pass' },
  { name: 'kube-baseline', order: 10_000_000, end: 'pass' },
];

const KEPT_METADATA = 'projectcalico.org/metadata';
const ENDS = { Deny: 'deny', Pass: 'pass' } as const;

/** Policies under these names are shown by Calico a second time: they are Kubernetes' own. */
const COPY = /^(knp\.default|kanp\.adminnetworkpolicy|kbanp\.baselineadminnetworkpolicy|kcnp\.kube-(admin|baseline))\./;

/** Whether Calico shows a policy here that is read as itself. */
export function isCopy({ family, kind, name }: KubeObject): boolean {
  return family === 'calico-policy' && kind.endsWith('NetworkPolicy') && COPY.test(name);
}

export interface ReadCalico {
  readonly policies: readonly { readonly object: KubeObject; readonly policy: AdminPolicy }[];
  readonly calico?: CalicoObjects;
  /** Why objects are not modelled. */
  readonly reasons: ReadonlyMap<KubeObject, string>;
  readonly notes: readonly Note[];
}

/** Everything of Calico; problems go to the objects' subjects. */
export function readCalico(
  objects: readonly KubeObject[],
  accounts: readonly KubeObject[],
  origin: 'files' | 'cluster',
): ReadCalico {
  const of = (...kinds: readonly string[]) => objects.filter(({ kind }) => kinds.includes(kind));
  const tiers = new Map([...BUILT_IN, ...of('Tier').map(readTier)].map((tier) => [tier.name, tier]));
  const reasons = new Map(of('HostEndpoint').map((object) => [object, 'host endpoints are not modelled']));
  const notes: Note[] = [];
  const found = of('HostEndpoint').map(({ root }) => labelsOfOwn(root));
  const hosts = origin === 'files' && found.length === 0 ? 'unknown' : found;
  const policies = of('NetworkPolicy', 'GlobalNetworkPolicy').flatMap((object) => {
    const result = tryRead(() => readCalicoPolicy(object, tiers, hosts));
    if (!('read' in result)) reasons.set(object, result.reason);
    else if (result.read !== undefined) return [{ object, policy: result.read }];
    else notes.push(noteOfHosts(object));
    return [];
  });
  const networkSets = of('NetworkSet', 'GlobalNetworkSet').map(readNetworkSet);
  const known = accounts.map(({ namespace, name, root }) => [`${namespace}/${name}`, labelsOf(root)] as const);
  if (objects.length === 0) return { policies, reasons, notes };
  const calico = {
    networkSets,
    serviceAccounts: Object.fromEntries(known),
    hasHostEndpoints: of('HostEndpoint').length > 0,
  };
  return { policies, reasons, notes, calico };
}

function noteOfHosts({ kind, name, position }: KubeObject): Note {
  return {
    text: `${kind} ${name} acts on host endpoints alone, and selects none: it allows and denies nothing to pods`,
    position,
  };
}

function readTier({ name, root }: KubeObject): CalicoTier {
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const spec = root.get('spec');
  spec.allowOnly(['order', 'defaultAction']);
  const order = readOrder(spec.get('order'));
  const fixed = BUILT_IN.find((tier) => tier.name === name);
  const end = readEnd(spec.get('defaultAction')) ?? 'deny';
  if (fixed === undefined) return { name, order, end };
  if (order !== fixed.order && spec.present) spec.get('order').problem(`must be ${fixed.order} for the tier ${name}`);
  return fixed;
}

function readEnd(field: Field): CalicoTier['end'] | undefined {
  const text = field.text();
  if (text === undefined) return undefined;
  if (text === 'Deny' || text === 'Pass') return ENDS[text];
  field.problem(`must be Deny or Pass, not ${JSON.stringify(text)}`, { hint: didYouMean(text, Object.keys(ENDS)) });
  return undefined;
}

function readNetworkSet({ kind, namespace, name, root }: KubeObject): NetworkSet {
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const spec = root.get('spec');
  spec.allowOnly(['nets', 'allowedEgressDomains']);
  return {
    ...(kind === 'NetworkSet' && { namespace }),
    name,
    labels: labelsOfOwn(root),
    nets: spec
      .get('nets')
      .items()
      .flatMap((item) => readNet(item) ?? []),
    hasDomains: spec.get('allowedEgressDomains').items().length > 0,
  };
}

function labelsOf(root: Field): Labels {
  return readLabels(root.at('metadata', 'labels'));
}

/**
 * Calico keeps the labels of its own resources (`crd.projectcalico.org`) in an annotation, as JSON; those that stand
 * where labels stand are of its older versions, or its own.
 * https://github.com/projectcalico/calico/blob/v3.30.0/libcalico-go/lib/backend/k8s/resources/resources.go
 */
function labelsOfOwn(root: Field): Labels {
  const text = root.at('metadata', 'annotations').get(KEPT_METADATA).text();
  return { ...labelsOf(root), ...(text === undefined ? {} : keptLabels(text)) };
}

/** What is no JSON Calico does not read either. */
function keptLabels(text: string): Labels {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return {};
  }
  const labels = isRecord(kept) && isRecord(kept['labels']) ? kept['labels'] : {};
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
