import type { Protocol } from '../../../../../src/requirements/model.ts';
import type { Predictor } from '../../../../../src/harness/predict/model.ts';
import type { Inventory, Workload } from '../../../../../src/harness/inventory/model.ts';

/**
 * What is expected of every ordered pair of pods at a port: open, but for what the lines say, the last one that speaks
 * of a pair counting. `shut * > x/a` and `open y/* > x/a`, where `*` is any pod.
 */
export type Table = readonly string[];

/** `80/tcp`. */
export function parsePort(text: string): { readonly protocol: Protocol; readonly port: number } {
  const [port, protocol] = text.split('/');
  const found = (['TCP', 'UDP', 'SCTP'] as const).find((known) => known.toLowerCase() === protocol);
  if (found === undefined || !/^\d+$/.test(port ?? '')) throw new SyntaxError(`no port: ${text}`);
  return { protocol: found, port: Number(port) };
}

/** A pod to itself is left out: upstream ignores loopback, and mayreach never asks for it. */
export function expectedCells(table: Table, names: readonly string[]): Readonly<Record<string, string>> {
  const lines = table.map(parseLine);
  return Object.fromEntries(
    pairs(names).map(([from, to]) => {
      const said = lines.filter((line) => line.from(from) && line.to(to)).at(-1)?.outcome ?? 'open';
      return [`${from} > ${to}`, said];
    }),
  );
}

export function predictedCells(
  predictor: Predictor,
  inventory: Inventory,
  names: readonly string[],
  portText: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs(names).map(([from, to]) => {
      const cell = predictedCell(predictor, inventory, `${from} > ${to} ${portText}`);
      return [`${from} > ${to}`, cell.split(' ')[0] ?? ''];
    }),
  );
}

/** `x/a > y/b 80/tcp` with `open`, `shut` or `unknown` before it. */
export function predictedCell(predictor: Predictor, inventory: Inventory, cell: string): string {
  const [, from = '', to = '', portText = ''] = /^(\S+) > (\S+) (\S+)$/.exec(cell) ?? [];
  const { protocol, port } = parsePort(portText);
  const { outcome } = predictor.between(find(inventory, from), find(inventory, to)).decide(protocol, port);
  return `${{ allowed: 'open', denied: 'shut', unknown: 'unknown' }[outcome]} ${cell}`;
}

function find({ workloads }: Inventory, path: string): Workload {
  const found = workloads.find(({ namespace, name }) => `${namespace}/${name}` === path);
  if (found === undefined) throw new RangeError(`no pod ${path}`);
  return found;
}

function pairs(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));
}

interface Line {
  readonly outcome: string;
  readonly from: (name: string) => boolean;
  readonly to: (name: string) => boolean;
}

function parseLine(text: string): Line {
  const [, outcome, from, to] = /^(open|shut) (\S+) > (\S+)$/.exec(text) ?? [];
  if (outcome === undefined || from === undefined || to === undefined) throw new SyntaxError(`no line: ${text}`);
  return { outcome, from: matcher(from), to: matcher(to) };
}

function matcher(pattern: string): Line['from'] {
  if (pattern === '*') return () => true;
  return pattern.endsWith('/*') ? (name) => name.startsWith(pattern.slice(0, -1)) : (name) => name === pattern;
}
