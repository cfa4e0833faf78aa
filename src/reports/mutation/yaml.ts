import type { CatchingCase } from '../../harness/mutate/model.ts';

/** Cases as they go under `cases:` of a requirement file, one line each. */
export function casesYaml(cases: readonly CatchingCase[], indent: string): readonly string[] {
  return cases.flatMap(({ id, from, expect, to, on }) => [
    `${indent}- id: ${id}`,
    `${indent}  from: ${oneOrList(from)}`,
    `${indent}  ${expect}: ${oneOrList(to)}`,
    ...(on === undefined ? [] : [`${indent}  on: [${on.join(', ')}]`]),
  ]);
}

function oneOrList(texts: readonly string[]): string {
  const quoted = texts.map(quote);
  return quoted.length === 1 ? (quoted[0] ?? '') : `[${quoted.join(', ')}]`;
}

/** `shop/web[Deployment]` would end a flow list; endpoints that are maps already are YAML. */
function quote(text: string): string {
  return text.startsWith('{') || !/[[\]]/u.test(text) ? text : `'${text}'`;
}
