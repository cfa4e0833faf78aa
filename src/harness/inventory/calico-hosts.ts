import type { Labels } from '../../requirements/selector.ts';
import type { Endpoints } from './admin-model.ts';
import { NAMESPACE, OF_NAMESPACE, OF_SERVICE_ACCOUNT, ORCHESTRATOR, SERVICE_ACCOUNT } from './calico-ends.ts';
import { evaluate, type Lookup } from './expression.ts';
import type { Field } from './field.ts';
import { Unmodelled } from './unmodelled.ts';

/** Of policies for the interfaces of nodes, before and beside the policies of pods. */
export const OF_HOSTS = ['doNotTrack', 'preDNAT', 'applyOnForward'];
/** Of those, what takes a policy out of the normal ones, the only ones that pods have. */
const NEVER_OF_PODS = ['doNotTrack', 'preDNAT'];

/** The labels of every host endpoint; `unknown` where files hold none, which says nothing of the cluster. */
export type HostEndpoints = readonly Labels[] | 'unknown';

/**
 * Whether a policy speaks of host endpoints alone. Untracked and pre-DNAT policies are none of a pod's, whomever they
 * select; one that is applied on forward is a pod's like any other. What they do to pods they do by a host endpoint that
 * they select and traffic passes on its way.
 * https://docs.tigera.io/calico/latest/reference/host-endpoints/summary
 * https://github.com/projectcalico/calico/blob/v3.30.0/felix/calc/event_sequencer.go
 * @throws Unmodelled where it selects a host endpoint, or may
 */
export function isOfHostsAlone(spec: Field, subject: Endpoints, hosts: HostEndpoints, isOfApi: boolean): boolean {
  const set = OF_HOSTS.filter((key) => spec.get(key).flag() === true);
  if (isOfApi) checkTogether(spec, set);
  const [key] = set;
  if (key === undefined) return false;
  if (hosts === 'unknown' && evaluate(subject.endpoints, lookupOf(undefined)) !== 'no') {
    throw new Unmodelled(`it has ${key}, which acts on host endpoints, and those are not in the input`);
  }
  if (hosts !== 'unknown' && hosts.some((labels) => evaluate(subject.endpoints, lookupOf(labels)) !== 'no')) {
    throw new Unmodelled(`it has ${key}, and selects host endpoints, through which traffic of pods may pass`);
  }
  return set.some((one) => NEVER_OF_PODS.includes(one));
}

/** Whose labels are not known, it is of no namespace and no service account all the same. */
function lookupOf(labels: Labels | undefined): Lookup {
  return (key) => {
    const isOfPods = [NAMESPACE, SERVICE_ACCOUNT, ORCHESTRATOR].includes(key);
    if (isOfPods || key.startsWith(OF_NAMESPACE) || key.startsWith(OF_SERVICE_ACCOUNT)) return { value: undefined };
    if (labels === undefined) return 'unknown';
    return { value: Object.hasOwn(labels, key) ? labels[key] : undefined };
  };
}

/** https://github.com/projectcalico/calico/blob/v3.30.0/libcalico-go/lib/validator/v3/validator.go */
function checkTogether(spec: Field, set: readonly string[]): void {
  const [first, second] = set.filter((key) => NEVER_OF_PODS.includes(key));
  if (first === undefined) return;
  if (second !== undefined) spec.get(second).problem(`must not be true beside ${first}`);
  if (!set.includes('applyOnForward')) spec.get(first).problem('must have applyOnForward: true beside it');
  if (set.includes('preDNAT') && spec.get('egress').items().length > 0) {
    spec.get('egress').problem('must not be there beside preDNAT: true');
  }
}
