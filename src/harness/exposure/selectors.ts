import { type LabelSelector, NAMESPACE_NAME } from '../../requirements/selector.ts';
import type { Namespace } from '../inventory/model.ts';
import { textOf, type Answer } from './answers.ts';
import { join, selectorsOf, type Box, type Domain } from './boxes.ts';
import { type Kind, type Kinds } from './kinds.ts';

interface Answered {
  readonly kind: Kind;
  readonly answer: Answer;
}

interface Selected extends Answer {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** Kinds by the selectors that select them, those joined that have the same answer and can be. */
export function entriesOf(
  answers: readonly Answered[],
  { namespaces, pods }: Kinds,
  known: readonly Namespace[],
): readonly Selected[] {
  const entries = [...Map.groupBy(answers, (one) => textOf(one.answer)).values()].flatMap((alike) =>
    joined(
      alike.map(({ kind }) => kind),
      namespaces,
      pods,
    ).flatMap((kind) =>
      selectorsOf(placeOf(kind.namespaces, namespaces, known), namespaces).flatMap((where) =>
        selectorsOf(kind.pods, pods).flatMap((which) =>
          alike.slice(0, 1).map(({ answer }) => ({ ...answer, namespaces: where, pods: which })),
        ),
      ),
    ),
  );
  return entries;
}

/** Namespaces of the input have the labels that they have: their names say it all. */
function placeOf(box: Box, domain: Domain, known: readonly Namespace[]): Box {
  const names = box.get(NAMESPACE_NAME) ?? domain.get(NAMESPACE_NAME);
  const isKnown = names !== undefined && [...names].every((name) => known.some((one) => one.name === name));
  return isKnown ? new Map([[NAMESPACE_NAME, names]]) : box;
}

function joined(kinds: readonly Kind[], namespaces: Domain, pods: Domain): readonly Kind[] {
  const left = [...kinds];
  for (let index = 0; index < left.length; index += 1) {
    const kind = left[index];
    if (kind === undefined) break;
    const partner = left.findIndex((other, at) => at > index && joinOf(kind, other, namespaces, pods) !== undefined);
    const other = left[partner];
    const both = other && joinOf(kind, other, namespaces, pods);
    if (both === undefined) continue;
    left.splice(partner, 1);
    left[index] = both;
    // What has grown may now fit with one that was passed before.
    index = -1;
  }
  return left;
}

function joinOf(a: Kind, b: Kind, namespaces: Domain, pods: Domain): Kind | undefined {
  if (isEqual(a.namespaces, b.namespaces)) {
    const both = join(a.pods, b.pods, pods);
    return both && { namespaces: a.namespaces, pods: both };
  }
  if (!isEqual(a.pods, b.pods)) return undefined;
  const both = join(a.namespaces, b.namespaces, namespaces);
  return both && { namespaces: both, pods: a.pods };
}

function isEqual(a: Box, b: Box): boolean {
  return (
    a.size === b.size &&
    [...a].every(
      ([key, values]) => b.get(key) !== undefined && values.symmetricDifference(b.get(key) ?? values).size === 0,
    )
  );
}
