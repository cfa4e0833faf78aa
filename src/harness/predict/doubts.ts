import type { Decision } from './model.ts';

const MOST_NAMED = 3;

/** Why something is not known of many pairs, each reason once: what is said alike of several workloads names them. */
export class Doubts {
  /** What stands before and behind the name of a workload, by both; of what names none, the whole. */
  readonly #said = new Map<string, { readonly parts: readonly string[]; readonly ids: Set<string> }>();

  /** @param from, to as the pair is called: what its sides say names a workload so */
  add({ egress, ingress, reason }: Decision, from: string, to: string): void {
    const sides = [
      { unknown: egress.unknown, id: from },
      { unknown: ingress.unknown, id: to },
    ].flatMap(({ unknown, id }) => (unknown === undefined ? [] : [{ text: unknown, id }]));
    const isOfSides = sides.length > 0 && sides.every(({ text }) => reason?.includes(text));
    if (isOfSides) for (const { text, id } of sides) this.say(text, id);
    else if (reason !== undefined) this.#say(reason);
  }

  /** A text that names `id`, and holds of all the `ids` in its place. */
  say(text: string, id: string, ids: readonly string[] = [id]): void {
    for (const one of ids) this.#say(text, id, one);
  }

  texts(): readonly string[] {
    return [...this.#said.values()].map(({ parts, ids }) => parts.join(namesOf([...ids])));
  }

  #say(text: string, id?: string, of = id): void {
    const split = id === undefined ? [text] : text.split(id);
    const parts = split.length === 2 ? split : [text];
    const key = JSON.stringify(parts);
    const said = this.#said.get(key) ?? { parts, ids: new Set() };
    this.#said.set(key, said);
    if (of !== undefined) said.ids.add(of);
  }
}

function namesOf(ids: readonly string[]): string {
  const left = ids.length - MOST_NAMED;
  const named = ids.slice(0, MOST_NAMED);
  if (left > 0) return `${named.join(', ')} and ${left} more`;
  const [last = '', ...others] = named.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
}
