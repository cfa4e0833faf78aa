import type { Direction } from '../../../requirements/model.ts';
import type { Truth } from '../../inventory/expression.ts';
import type { TierRule } from '../rules/admin-compile.ts';
import type { AddressSet } from '../sets/addresses.ts';
import { matchEnd, type EndPlace } from '../rules/calico-match.ts';
import { doubtOfEndpoint } from '../ends/endpoints.ts';
import type { NamespaceIndex } from '../ends/namespaces.ts';
import { matchWorkload } from '../rules/match-peer.ts';
import type { Subject } from './subject.ts';

type Rules = Readonly<Record<Direction, readonly TierRule[]>>;

/** The rules that may concern these pods: a rule of Calico may ask something of the pods that its policy selects. */
export function rulesFor(rules: Rules, subject: Subject, index: NamespaceIndex): Rules {
  const all = [...rules.ingress, ...rules.egress];
  if (all.every(({ own }) => own === undefined)) return rules;
  const place = placeOf(subject, index);
  const resolve = (rule: TierRule): readonly TierRule[] => resolved(rule, place);
  return { ingress: rules.ingress.flatMap(resolve), egress: rules.egress.flatMap(resolve) };
}

function resolved(rule: TierRule, place: EndPlace): readonly TierRule[] {
  if (rule.own === undefined) return [rule];
  const { how, doubt, notes } = matchEnd(rule.own, place);
  if (how === 'no' && notes.length === 0) return [];
  const why = rule.doubt ?? doubt;
  const found = { ...rule, ...(why !== undefined && { doubt: why }), ...(notes.length > 0 && { notes }) };
  // What fails by an assumption stays, for the answer rests on that.
  return [how === 'no' ? { ...found, isNever: true } : found];
}

function placeOf({ workload, namespace, whereabouts }: Subject, index: NamespaceIndex): EndPlace {
  const { surely, perhaps, assumption } = whereabouts;
  const isIn = (addresses: AddressSet): Truth => {
    if (!surely.isEmpty && addresses.covers(surely)) return 'yes';
    return addresses.overlaps(perhaps) ? 'perhaps' : 'no';
  };
  return {
    pod: {
      hostNetwork: workload.hostNetwork,
      namespace,
      match: (selector) => matchWorkload(selector, workload, namespace, index),
      doubt: ({ endpoints }) => doubtOfEndpoint(endpoints, workload, namespace, index),
    },
    isIn,
    ...(assumption !== undefined && { assumption }),
  };
}
