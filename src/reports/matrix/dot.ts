import { namespaceOf } from '../pairs.ts';
import type { MatrixRow } from './model.ts';

/** Graphviz: a node per workload or range, a cluster per namespace, an edge per pair (https://graphviz.org/doc/info/lang.html). */
export function* matrixDot(rows: readonly MatrixRow[]): Generator<string> {
  yield 'digraph mayreach {\n';
  yield '  rankdir=LR;\n  node [shape=box, style=rounded, fontname="sans-serif"];\n  edge [fontname="sans-serif", fontsize=10];\n';
  const ends = [...new Set(rows.flatMap(({ from, to }) => [from, to]))];
  let index = 0;
  for (const [namespace, members] of Map.groupBy(ends, clusterOf)) {
    if (namespace === undefined) {
      for (const end of members) yield `  ${quoted(end)} [shape=ellipse];\n`;
      continue;
    }
    yield `  subgraph cluster_${index} {\n    label=${quoted(namespace)};\n`;
    for (const end of members) yield `    ${quoted(end)} [label=${quoted(end.slice(namespace.length + 1))}];\n`;
    yield '  }\n';
    index += 1;
  }
  for (const { from, to, connections } of rows) {
    yield `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(connections)}];\n`;
  }
  yield '}\n';
}

function clusterOf(end: string): string | undefined {
  const namespace = namespaceOf(end);
  return end.startsWith(`${namespace}/`) ? namespace : undefined;
}

/** A quoted ID. A backslash starts an escape in labels, so it is doubled; a raw line break becomes one of the label's. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replace(/\r?\n/gu, '\\n')}"`;
}
