import { EVERYTHING, formatSelector } from '../../../requirements/selector.ts';
import type { Direction } from '../../../requirements/model.ts';
import { selectsEverything } from '../../coverage/peers.ts';
import type { AdminPolicy, AdminRule, NamespacedPods } from '../../inventory/admin-model.ts';
import { endpointPeers } from '../../inventory/cilium-peers.ts';
import { peerMistakes, type PeerForm } from './admin-peers.ts';
import { inRule, ruleMistakes, type Mistake } from './rules.ts';
import { everyoneText, ruleText } from './text.ts';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** Priorities of what a spec denies and of what it allows, as the reader gives them. */
const DENYING = 0;
const ALLOWING = 1;

/** A spec of an object: what it denies, what it allows, and its default deny, all of one subject. */
interface Spec {
  readonly parts: readonly AdminPolicy[];
  readonly subject: NamespacedPods;
  /** What stands before a description, where the object has several. */
  readonly name: string;
  readonly directions: readonly Direction[];
}

/** Of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy, which is several policies to the engine. */
export function ciliumMistakes(all: readonly AdminPolicy[], home: string): readonly Mistake[] {
  const [first] = all;
  if (first === undefined) return [];
  const specs = specsOf(all);
  const { position } = first;
  const directions = DIRECTIONS.filter((direction) => specs.some((spec) => spec.directions.includes(direction)));
  const removed: Mistake = { kind: 'remove-policy', by: [], directions, description: 'policy removed', position };
  const ofSpecs = specs.flatMap((spec) =>
    [...(specs.length > 1 ? [withoutSpec(spec)] : []), ...ofWhole(spec, home), ...ofRules(spec, home)].map(
      (mistake): Mistake => ({ ...mistake, by: [...all.filter((one) => !spec.parts.includes(one)), ...mistake.by] }),
    ),
  );
  return [removed, ...ofSpecs];
}

/** The reader gives the parts of a spec one subject. */
function specsOf(all: readonly AdminPolicy[]): readonly Spec[] {
  const groups = [...Map.groupBy(all, ({ subject }) => subject)];
  return groups.flatMap(([subject, parts], index): Spec[] => {
    if ('endpoints' in subject) return [];
    const directions = DIRECTIONS.filter((direction) => parts.some((part) => part[direction].length > 0));
    return [{ parts, subject, name: groups.length > 1 ? `spec ${index + 1}: ` : '', directions }];
  });
}

function withoutSpec(spec: Spec): Mistake {
  return ofSpec(spec, [], { kind: 'remove-policy', directions: spec.directions, what: 'removed' });
}

function ofWhole(spec: Spec, home: string): readonly Mistake[] {
  const { parts, subject, directions } = spec;
  const found = (directions.length > 1 ? directions : []).map((direction) => {
    const by = parts.map((part) => ({ ...part, [direction]: [] }));
    return ofSpec(spec, by, { kind: 'remove-direction', directions: [direction], what: `without ${direction}` });
  });
  const { namespaceSelector, podSelector } = subject;
  const isWhole = selectsEverything(podSelector) && (home !== '' || selectsEverything(namespaceSelector));
  if (isWhole) return found;
  const all = { namespaceSelector: home === '' ? EVERYTHING : namespaceSelector, podSelector: EVERYTHING };
  const text = [podSelector, ...(home === '' ? [namespaceSelector] : [])]
    .filter((selector) => !selectsEverything(selector))
    .map(formatSelector)
    .join(', of namespaces ');
  const by = parts.map((part) => ({ ...part, subject: all }));
  const what = `endpointSelector ${text} widened to {}`;
  return [...found, ofSpec(spec, by, { kind: 'widen-selector', directions, what })];
}

function ofSpec(
  { parts, name }: Spec,
  by: readonly AdminPolicy[],
  { what, ...more }: Pick<Mistake, 'kind' | 'directions'> & { readonly what: string },
): Mistake {
  const position = parts[0]?.position ?? { file: 'cilium', line: 0, column: 0 };
  return { ...more, by, description: `${name}${what}`, position };
}

function ofRules(spec: Spec, home: string): readonly Mistake[] {
  return spec.parts.flatMap((part) =>
    part.isolates === true
      ? []
      : DIRECTIONS.flatMap((direction) => part[direction].flatMap((rule) => ofRule(spec, part, direction, rule, home))),
  );
}

function ofRule(
  spec: Spec,
  part: AdminPolicy,
  direction: Direction,
  rule: AdminRule,
  home: string,
): readonly Mistake[] {
  const section = rule.action === 'deny' ? `${direction}Deny` : direction;
  const isOnly = spec.parts.every((one) => one.isolates === true || one[direction].every((other) => other === rule));
  const inPlace = ruleMistakes(rule, peerMistakes(rule, formOf(direction, rule, home)), {});
  const mistakes = inPlace.flatMap((mistake): Mistake[] => {
    const isGone = mistake.kind === 'remove-rule' && isOnly;
    // The default deny, if there is one, goes with the last rule: that is to be without the direction.
    if (isGone && (rule.action === 'deny' || !hasDefaultDeny(spec, direction))) return [];
    const what = isGone ? 'emptied: it allows nothing' : mistake.what;
    return [
      {
        kind: mistake.kind,
        by: spec.parts.map((one) => (one === part ? inRule(part, rule, mistake) : one)),
        directions: [direction],
        description: `${spec.name}${ruleText(section, rule.index, mistake.kind, what)}`,
        position: mistake.position,
      },
    ];
  });
  return [...mistakes, ...moved(spec, direction, rule)];
}

/** The rule stands in the other section of its direction; in one that denies, layer 7 and domain names cannot. */
function moved(spec: Spec, direction: Direction, rule: AdminRule): readonly Mistake[] {
  const { action, doubt, peers, index, position } = rule;
  const denies = action === 'deny';
  if (!denies && (doubt !== undefined || peers.some(({ kind }) => kind === 'domainNames'))) return [];
  const [section, other] = denies ? [`${direction}Deny`, direction] : [direction, `${direction}Deny`];
  const changed: AdminRule = { ...rule, action: denies ? 'accept' : 'deny' };
  const by = spec.parts.map((part) => {
    if (part.isolates === true) return part;
    const others = part[direction].filter((one) => one !== rule);
    const isGoal = part.priority === (denies ? ALLOWING : DENYING);
    return { ...part, [direction]: isGoal ? [...others, changed] : others };
  });
  const description = `${spec.name}${ruleText(section, index, 'change-action', `moved to ${other}`)}`;
  return [{ kind: 'change-action', by, directions: [direction], description, position }];
}

function hasDefaultDeny({ parts }: Spec, direction: Direction): boolean {
  return parts.some((part) => part.isolates === true && part[direction].length > 0);
}

function formOf(direction: Direction, { position }: AdminRule, home: string): PeerForm {
  return {
    everyone: [{ kind: 'everyone', position }],
    everyoneText: everyoneText(direction),
    home,
    pods: ({ namespaceSelector, podSelector, position }, elsewhere) =>
      endpointPeers({
        namespaceSelector,
        podSelector,
        position,
        ...(elsewhere?.since && {
          elsewhere: { namespaceSelector: elsewhere.namespaceSelector, since: elsewhere.since },
        }),
      }),
  };
}
