import { both, negate, type Truth } from '../../inventory/expression.ts';
import type { Namespace } from '../../inventory/model.ts';
import type { AddressSet } from '../sets/addresses.ts';
import type { CompiledEnd, EndSelector } from './calico-compile.ts';
import type { SelectedEndpoints } from './compile.ts';
import { undefinedNamespaceNote, type Match } from '../ends/namespaces.ts';

/** One end of a connection as a rule of Calico sees it. */
export interface EndPlace {
  /** Absent: addresses outside. */
  readonly pod?: {
    readonly hostNetwork: boolean;
    readonly namespace: Namespace;
    readonly match: (selector: SelectedEndpoints) => Match;
    readonly doubt: (selector: SelectedEndpoints) => string;
  };
  /** Whether its address is one of these. */
  readonly isIn: (addresses: AddressSet) => Truth;
  /** What is assumed of its address. */
  readonly assumption?: string;
}

export interface EndMatch {
  readonly how: Truth;
  /** Why it is not known. */
  readonly doubt?: string;
  /** What the answer rests on. */
  readonly notes: readonly string[];
}

const ANY: EndMatch = { how: 'yes', notes: [] };

/** Whether an end is what a rule asks for. */
export function matchEnd(end: CompiledEnd, place: EndPlace): EndMatch {
  const { selector, notSelector, nets, notNets, doubt } = end;
  const parts: EndMatch[] = [];
  if (doubt !== undefined) parts.push({ how: 'perhaps', doubt, notes: [] });
  if (selector !== undefined) parts.push(matchSelector(selector, place));
  if (notSelector !== undefined) parts.push(unlike(matchSelector(notSelector, place)));
  if (nets !== undefined) parts.push(matchNets(nets, place));
  if (notNets !== undefined) parts.push(unlike(matchNets(notNets, place)));
  return parts.length === 0 ? ANY : together(parts);
}

function together(parts: readonly EndMatch[]): EndMatch {
  const how = both(parts.map((part) => part.how));
  // What surely fails, and rests on nothing, needs no other.
  const failing = parts.find((part) => part.how === 'no' && part.notes.length === 0);
  if (failing !== undefined) return failing;
  const doubt = how === 'perhaps' ? parts.find((part) => part.how === 'perhaps')?.doubt : undefined;
  return { how, notes: [...new Set(parts.flatMap(({ notes }) => notes))], ...(doubt !== undefined && { doubt }) };
}

function unlike(match: EndMatch): EndMatch {
  return { ...match, how: negate(match.how) };
}

function matchNets(nets: AddressSet, { isIn, assumption }: EndPlace): EndMatch {
  const how = isIn(nets);
  return {
    how,
    notes: assumption === undefined ? [] : [assumption],
    ...(how === 'perhaps' && { doubt: 'it decides by networks, and the address is not known' }),
  };
}

/** By labels, or because a set of addresses that is selected has the address. */
function matchSelector(selector: EndSelector, place: EndPlace): EndMatch {
  const pods = matchPods(selector, place);
  if (pods.how === 'yes' && pods.notes.length === 0) return pods;
  if (selector.netsPerhaps.isEmpty) return orDomains(selector, place, pods);
  const nets = matchSets(selector, place);
  const how = negate(both([negate(pods.how), negate(nets.how)]));
  const doubt = how === 'perhaps' ? (pods.doubt ?? nets.doubt) : undefined;
  const either = { how, notes: [...pods.notes, ...nets.notes], ...(doubt !== undefined && { doubt }) };
  return orDomains(selector, place, either);
}

function matchPods(selector: EndSelector, { pod }: EndPlace): EndMatch {
  if (pod === undefined) return { how: 'no', notes: [] };
  if (pod.hostNetwork) {
    const doubt = selector.nodesPerhaps;
    return doubt === undefined ? { how: 'no', notes: [] } : { how: 'perhaps', doubt, notes: [] };
  }
  const match = pod.match(selector.pods);
  if (match === 'unknown') {
    return { how: 'perhaps', notes: [], doubt: `${pod.doubt(selector.pods)}, so whether it selects them is not known` };
  }
  if (match === 'yes' || match === 'no') return { how: match, notes: [] };
  return { how: match === 'assumedYes' ? 'yes' : 'no', notes: [undefinedNamespaceNote(pod.namespace)] };
}

function matchSets({ nets, netsPerhaps }: EndSelector, place: EndPlace): EndMatch {
  const surely = matchNets(nets, place);
  if (surely.how === 'yes') return surely;
  const how = place.isIn(netsPerhaps) === 'no' ? 'no' : 'perhaps';
  const doubt =
    surely.doubt ??
    'it selects by labels of namespaces, and whether a network set has them or counts without is not known';
  return { how, notes: surely.notes, ...(how === 'perhaps' && { doubt }) };
}

/** Domain names are taken to be of the world outside. */
function orDomains({ domainsPerhaps }: EndSelector, { pod }: EndPlace, match: EndMatch): EndMatch {
  if (domainsPerhaps === undefined || pod !== undefined || match.how !== 'no') return match;
  return { how: 'perhaps', doubt: domainsPerhaps, notes: match.notes };
}
