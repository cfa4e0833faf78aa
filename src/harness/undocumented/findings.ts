import type { EvidenceFinding } from '../evidence/schema.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory } from '../inventory/model.ts';
import type { PlannedRequirement } from '../plan/cells.ts';
import type { Predictor } from '../predict/model.ts';
import { undocumentedAllows, type Doubt } from './allows.ts';
import { Documented } from './documented.ts';
import type { Block, Group } from './groups.ts';
import { notServed } from './not-served.ts';

/** How many blocks of pairs, and names of one end, a message spells out. */
const MOST = { blocks: 2, names: 3 };

/**
 * What nobody asked for, and what nobody serves. None of it fails by itself.
 *
 * Rules: `undocumented-allow`, one for each rule, or for each workload that no policy isolates, with all that it lets
 * through in `allows`; `undocumented-unknown`, one for each policy that is why it is not known what the policies let through, and
 * one for all other reasons;
 * `requirement-not-served`.
 * @param planned all requirements of the run, `--only` or not
 * @param today `YYYY-MM-DD`, UTC: an expired requirement documents nothing
 */
export function undocumentedFindings(
  inventory: Inventory,
  predictor: Predictor,
  planned: readonly PlannedRequirement[],
  today: string,
): readonly EvidenceFinding[] {
  const documented = new Documented(planned, clusterDns(inventory).workloads, today);
  const { groups, unknown } = undocumentedAllows(inventory, predictor, documented);
  return [...groups.map(allowFinding), ...unknown.map(unknownFinding), ...notServed(planned, predictor)];
}

function allowFinding({ gate, blocks }: Group): EvidenceFinding {
  const allows = blocks.map(({ from, to, connections, pairs }) => ({
    from: [...from],
    to: [...to],
    connections: connections.format(),
    pairs,
  }));
  const common = { rule: 'undocumented-allow', fails: false, allows } as const;
  if (gate.kind === 'gap') {
    const { workload, direction } = gate;
    // The gap itself is a warning already: `uncovered-pod`.
    return {
      ...common,
      severity: 'note',
      message: `no policy isolates ${workload.id} for ${direction}, and no requirement documents ${blocksText(blocks)}`,
      object: workload.id,
      direction,
      position: workload.position,
    };
  }
  const { policy, direction, rule, position } = gate.rule;
  return {
    ...common,
    severity: 'warning',
    message: `${direction} rule ${rule + 1} of ${policy} lets through what no requirement documents: ${blocksText(blocks)}`,
    object: `${policy} rule ${rule + 1}`,
    direction,
    position,
  };
}

/** `TCP 8080 from every IPv4 address to shop/web[Deployment]; … and 3 more (17 pairs in all)`. */
function blocksText(blocks: readonly Block[]): string {
  const shown = blocks.slice(0, MOST.blocks).map(({ from, to, connections }) => {
    const what = connections.isAll ? 'everything' : connections.format();
    return `${what} from ${namesText(from)} to ${namesText(to)}`;
  });
  const hidden = blocks.length - shown.length;
  const pairs = blocks.reduce((sum, block) => sum + block.pairs, 0);
  const more = hidden > 0 ? [`and ${hidden} more (${pairs.toLocaleString('en-US')} pairs in all)`] : [];
  return [...shown, ...more].join('; ');
}

const WHOLE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0-255.255.255.255', 'every IPv4 address'],
  ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'every IPv6 address'],
]);

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST.names).map((name) => WHOLE.get(name) ?? name);
  const hidden = names.length - shown.length;
  return hidden > 0 ? `${shown.join(', ')} and ${hidden.toLocaleString('en-US')} more` : shown.join(', ');
}

/** What is not known is not called documented, nor allowed. */
function unknownFinding({ policy, pairs, reason }: Doubt): EvidenceFinding {
  const what = `of ${pairs.toLocaleString('en-US')} ${pairs === 1 ? 'pair' : 'pairs'} of workloads`;
  const message = `${what} it is not known whether the policies let through what no requirement documents: ${reason}`;
  return {
    rule: 'undocumented-unknown',
    severity: 'note',
    message,
    fails: false,
    ...(policy && { object: policy.policy, position: policy.position }),
  };
}
