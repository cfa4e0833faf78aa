import type { EvidenceCell, EvidenceDecision, EvidenceRequirement } from '../harness/evidence/schema.ts';

/** Cells of one requirement that came to the same end for the same reason, so that one telling serves all. */
export interface Story {
  /** The cell that is told; its attempts and control stand for the others'. */
  readonly cell: EvidenceCell;
  /** All of them, `cell` first. */
  readonly cells: readonly EvidenceCell[];
  /** Source and destination of each pair, with the ports that are affected, in order of appearance. */
  readonly pairs: readonly StoryPair[];
}

export interface StoryPair {
  readonly from: string;
  readonly to: string;
  /** `TCP 80,443; UDP 53`. */
  readonly connections: string;
}

const RANK: Readonly<Record<EvidenceCell['verdict'], number>> = { violated: 0, inconclusive: 1, untested: 2, met: 3 };

/** The stories of a requirement, worst first; `met` cells are told only when asked for. */
export function storiesOf({ cells }: EvidenceRequirement, { met = false } = {}): Story[] {
  const groups = new Map<string, EvidenceCell[]>();
  for (const cell of cells) {
    if (!met && cell.verdict === 'met') continue;
    const key = keyOf(cell);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()]
    .flatMap((group) => (group[0] === undefined ? [] : [{ cell: group[0], cells: group, pairs: pairsOf(group) }]))
    .sort((a, b) => RANK[a.cell.verdict] - RANK[b.cell.verdict]);
}

/**
 * Why a cell has its verdict, for a place that shows the decision beside it: the sentence of the evidence without the
 * part that the decision's lines say better. At worst something is said twice.
 */
export function reasonOf({ text, decision }: EvidenceCell): string {
  if (decision === undefined) return text;
  const { egress, ingress, reason } = decision;
  const unknown = [reason, egress.unknown, ingress.unknown].find((part) => part !== undefined && text.includes(part));
  const short = unknown === undefined ? text : text.replace(`: ${unknown}`, '');
  return short.replace(/: (?:(?:in|e)gress of |no policy isolates ).*$/u, '');
}

/** What to do about a cell that could not be told, where `text` already says what was missing. */
export function remedyOf({ text, missing }: EvidenceCell): string | undefined {
  if (missing === undefined || text.includes(missing)) return undefined;
  const said = [text.length, missing.lastIndexOf('; ')].find((end) => end > 0 && text.includes(missing.slice(0, end)));
  return said === undefined ? missing : missing.slice(said).replace(/^[;:,.\s]+/u, '');
}

function keyOf(cell: EvidenceCell): string {
  const { verdict, basis, predicted, observed, attributedTo, missing, decision, control } = cell;
  return JSON.stringify([
    [verdict, basis, predicted, observed, attributedTo, missing, control?.kind, control?.outcome],
    decision === undefined ? [] : referencesOf(decision),
  ]);
}

function referencesOf({ outcome, egress, ingress, reason }: EvidenceDecision): unknown[] {
  const side = (end: EvidenceDecision['egress']): unknown[] => [
    end.outcome,
    end.exempt,
    end.unknown,
    end.isolatedBy.map(({ policy }) => policy),
    end.allowedBy.map(({ policy, direction, rule }) => [policy, direction, rule]),
  ];
  return [outcome, reason, side(egress), side(ingress)];
}

function pairsOf(cells: readonly EvidenceCell[]): StoryPair[] {
  const pairs = new Map<string, { from: string; to: string; ports: Map<string, Set<string>> }>();
  for (const { from, to, protocol, port } of cells) {
    const key = `${from}\n${to}`;
    const pair = pairs.get(key) ?? { from, to, ports: new Map<string, Set<string>>() };
    pairs.set(key, pair);
    const ports = pair.ports.get(protocol) ?? new Set<string>();
    pair.ports.set(protocol, ports.add(String(port)));
  }
  return [...pairs.values()].map(({ from, to, ports }) => ({ from, to, connections: connectionsOf(ports) }));
}

function connectionsOf(ports: ReadonlyMap<string, ReadonlySet<string>>): string {
  return [...ports].map(([protocol, numbers]) => portsOf(protocol, [...numbers])).join('; ');
}

function portsOf(protocol: string, numbers: readonly string[]): string {
  const ports = numbers.join(',');
  if (protocol !== 'any') return ports === 'any' ? `${protocol}, every port` : `${protocol} ${ports}`;
  return ports === 'any' ? 'every protocol and port' : `every protocol, port ${ports}`;
}
